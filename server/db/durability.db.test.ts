import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { parseConfig, setConfig } from "#server/config";
import { closeDatabase, openDatabase, pool } from "#server/db/client";
import { implementJob, startQueue, stopQueue } from "#server/jobs/queue";
import { startWorkers, stopWorkers } from "#server/jobs/worker";
import { startChild } from "#tests/support/child";
import { endlessJob } from "#tests/support/crash-child";
import { type PreparedDatabase, prepareTestDatabase } from "#tests/support/database";

const SCRIPT = "tests/support/crash-child.ts";

let prepared: PreparedDatabase;
beforeAll(async () => {
  prepared = await prepareTestDatabase();
  setConfig(parseConfig(prepared.environment));
});
afterAll(async () => {
  await closeDatabase();
  await prepared.remove();
});

if (!process.env.TEST_DATABASE_URL) {
  describe("a second process on one DATA_DIR", () => {
    it("is refused and told the first one's pid, until that has ended", async () => {
      const first = startChild(SCRIPT, ["hold"], prepared.environment);
      await first.line(/^open$/);
      await expect(openDatabase()).rejects.toThrow(
        `DATA_DIR ${prepared.dataDir} is in use by process ${first.process.pid}.`,
      );
      const second = startChild(SCRIPT, ["hold"], prepared.environment);
      expect(await second.end()).toBe(1);
      expect(second.output()).toContain(`in use by process ${first.process.pid}`);
      first.process.kill("SIGTERM");
      expect(await first.end()).toBe(0);
      await openDatabase();
      await closeDatabase();
    }, 180_000);
  });
}

it("a database opens while Node watches files and reports each import from every thread", async () => {
  const child = startChild(SCRIPT, ["hold"], { ...prepared.environment, WATCH_REPORT_DEPENDENCIES: "1" });
  await child.line(/^open$/);
  child.process.kill("SIGTERM");
  expect(await child.end()).toBe(0);
}, 180_000);

describe("a process killed with SIGKILL", () => {
  it("loses no acknowledged write, twice in a row", async () => {
    const acknowledged: string[] = [];
    for (const from of [0, 1_000_000]) {
      const child = startChild(SCRIPT, ["write", String(from)], prepared.environment);
      await child.line(new RegExp(`^ack ${from + 300}$`));
      await child.kill();
      acknowledged.push(...child.lines().map((line) => line.replace("ack ", "")));
    }
    expect(acknowledged.length).toBeGreaterThan(500);
    await openDatabase();
    const { rows } = await pool().query<{ id: string }>("SELECT id FROM acknowledged WHERE length(body) = 500");
    const kept = new Set(rows.map(({ id }) => id));
    expect(acknowledged.filter((id) => !kept.has(id))).toEqual([]);
    await closeDatabase();
  }, 180_000);

  it("has its jobs started again by another process", async () => {
    const child = startChild(SCRIPT, ["job"], prepared.environment);
    await child.line(/^started 7$/);
    await child.kill();
    await openDatabase();
    await startQueue();
    const restarted: [number, number][] = [];
    await startWorkers([
      implementJob(endlessJob, async ({ number }, { attempt }) => void restarted.push([number, attempt])),
    ]);
    // About 15 s on a quiet machine: heartbeat 10 s, supervision every 5 s. Left alone it would be 15 minutes.
    await vi.waitFor(() => expect(restarted).toEqual([[7, 1]]), { timeout: 90_000, interval: 50 });
    await stopWorkers();
    await stopQueue();
  }, 180_000);
});
