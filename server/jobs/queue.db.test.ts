import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { inTransaction } from "#server/db/client";
import { readiness } from "#server/db/health";
import { defineJob, enqueue, implementJob, queue, startQueue, stopQueue } from "#server/jobs/queue";
import { startWorkers, stopWorkers } from "#server/jobs/worker";
import { createTeam, openTestDatabase, type TestDatabase } from "#tests/support/database";

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
  await startQueue();
});
afterAll(async () => {
  await stopQueue();
  await database.close();
});
afterEach(() => stopWorkers());

const Payload = z.object({ number: z.int() });

describe("the job queue", () => {
  it("makes the process ready", async () => {
    expect(await readiness()).toEqual({ ready: true, checks: { database: true, migrations: true, queue: true } });
  });

  it("drains twenty jobs that were enqueued together without a pause", async () => {
    const type = defineJob({ name: "drain", schema: Payload, options: { concurrency: 2 } });
    const done: number[] = [];
    await startWorkers([implementJob(type, async ({ number }) => void done.push(number))]);
    await enqueue(type, { number: -1 });
    await vi.waitFor(() => expect(done).toEqual([-1]), { timeout: 10_000 });
    const start = performance.now();
    await Promise.all(Array.from({ length: 20 }, (_, number) => enqueue(type, { number })));
    await vi.waitFor(() => expect(done).toHaveLength(21), { timeout: 20_000, interval: 10 });
    // A pause would be a polling interval: 2 s a job, or 30 s with notifications.
    expect(performance.now() - start).toBeLessThan(15_000);
    expect(done.slice(1).sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, number) => number));
  });

  it("adds a job with its transaction, starts it after the commit, and forgets it with a rollback", async () => {
    const type = defineJob({ name: "with-transaction", schema: Payload });
    const done: number[] = [];
    await startWorkers([implementJob(type, async ({ number }) => void done.push(number))]);
    await expect(
      inTransaction(async (tx) => {
        await enqueue(type, { number: 1 }, { tx });
        throw new Error("no");
      }),
    ).rejects.toThrow("no");
    const { teamId } = await createTeam();
    await inTransaction(async (tx) => {
      await tx.modelRoute.create({ data: { id: "mr_queue", teamId, alias: "a", targets: [] } });
      for (let number = 2; number < 8; number++) await enqueue(type, { number }, { tx });
    });
    await vi.waitFor(() => expect(done).toHaveLength(6), { timeout: 20_000, interval: 10 });
    expect(done.sort()).toEqual([2, 3, 4, 5, 6, 7]);
  });

  it("takes back a schedule that no definition has, and keeps the others", async () => {
    const options = { schedule: "5 5 * * *" };
    const jobs = ["kept", "dropped"].map((name) =>
      implementJob(defineJob({ name, schema: z.object({}), options }), async () => {}),
    );
    const schedules = async () => (await queue().boss.getSchedules()).map(({ name }) => name).sort();
    await startWorkers(jobs);
    expect(await schedules()).toEqual(["dropped", "kept"]);
    await stopWorkers();
    await startWorkers(jobs.slice(0, 1));
    expect(await schedules()).toEqual(["kept"]);
    await stopWorkers();
    // A job that is still run, but by no schedule any more.
    await startWorkers([implementJob(defineJob({ name: "kept", schema: z.object({}) }), async () => {})]);
    expect(await schedules()).toEqual([]);
  });

  it("tries a failed job again and counts the attempts", async () => {
    const type = defineJob({ name: "fails-once", schema: Payload, options: { retryLimit: 2, retryDelaySeconds: 0 } });
    const attempts: [number, number][] = [];
    const run = async (_: { number: number }, { attempt, attemptsLeft }: { attempt: number; attemptsLeft: number }) => {
      attempts.push([attempt, attemptsLeft]);
      if (attempt === 0) throw new Error("first try");
    };
    await startWorkers([implementJob(type, run)]);
    await enqueue(type, { number: 1 });
    await vi.waitFor(
      () =>
        expect(attempts).toEqual([
          [0, 2],
          [1, 1],
        ]),
      { timeout: 20_000, interval: 20 },
    );
  });

  it("is missed by readiness once it is stopped", async () => {
    await stopQueue();
    expect(await readiness()).toEqual({ ready: false, checks: { database: true, migrations: true } });
    await startQueue();
  });

  it("refuses a payload that does not fit", async () => {
    const type = defineJob({ name: "typed", schema: Payload });
    await expect(enqueue(type, { number: 1.5 })).rejects.toThrow();
  });
});
