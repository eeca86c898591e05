import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { setClock } from "#server/clock";
import { pool, prisma } from "#server/db/client";
import { failIngest } from "#server/db/ingests";
import { listVectorStoreFiles } from "#server/db/vector-store-files";
import { newId } from "#server/ids";
import { ensureQueue, queue, startQueue, stopQueue } from "#server/jobs/queue";
import { systemContext } from "#server/services/setup/system-context";
import { attachFile } from "#server/services/vector-stores/attach-file";
import { attachFiles } from "#server/services/vector-stores/attach-files";
import { cancelFile } from "#server/services/vector-stores/cancel-file";
import { createVectorStore } from "#server/services/vector-stores/create-vector-store";
import { IngestPayload, ingestFileJob } from "#server/services/vector-stores/ingest-job";
import { resumeStalledIngests } from "#server/services/vector-stores/resume-stalled-ingests";
import { retryFailedFiles } from "#server/services/vector-stores/retry-failed-files";
import { createTeam, openTestDatabase, type TestDatabase } from "#tests/support/database";
import { type FakeClock, installFakeClock } from "#tests/support/fake-clock";

let database: TestDatabase;

beforeAll(async () => {
  database = await openTestDatabase();
  await startQueue();
  await ensureQueue(ingestFileJob);
});

afterAll(async () => {
  await stopQueue();
  await database.close();
});

// No worker runs here: what waits for one is told by asking the queue.
beforeEach(async () => {
  await pool().query("DELETE FROM vector_store_file");
  await queue().boss.deleteAllJobs(ingestFileJob.name);
});

afterEach(() => setClock());

interface TestStore {
  ctx: ReturnType<typeof systemContext>;
  teamId: string;
  vectorStoreId: string;
}

async function newStore(): Promise<TestStore> {
  const { teamId } = await createTeam();
  const ctx = systemContext(teamId);
  const { id: vectorStoreId } = await createVectorStore({ ctx, input: { name: "s" } });
  return { ctx, teamId, vectorStoreId };
}

/** Puts `count` files of a size into the store, and answers their ids. */
async function fill(store: TestStore, count: number, bytes = 100): Promise<string[]> {
  const fileIds = Array.from({ length: count }, () => newId("file"));
  const file = { filename: "a.txt", purpose: "assistants", mediaType: "text/plain", sha256: "", createdAt: new Date() };
  const { ctx, teamId, vectorStoreId } = store;
  await prisma().file.createMany({ data: fileIds.map((id) => ({ ...file, teamId, id, bytes: BigInt(bytes) })) });
  for (let at = 0; at < count; at += 500) {
    const ids = fileIds.slice(at, at + 500);
    await attachFiles({ ctx, input: { vectorStoreId, fileIds: ids, attributes: {}, strategy: null } });
  }
  return fileIds;
}

/** The next jobs that a worker would get. */
async function takeNext(count: number): Promise<IngestPayload[]> {
  const taken: IngestPayload[] = [];
  for (let at = 0; at < count; at++) {
    const [job] = await queue().boss.fetch<{ payload: unknown }>(ingestFileJob.name);
    if (!job) break;
    const payload = IngestPayload.parse(job.data.payload);
    await pool().query("UPDATE vector_store_file SET step = 'parsing' WHERE ingest_id = $1", [payload.ingestId]);
    taken.push(payload);
  }
  return taken;
}

async function failAll(store: TestStore, fileIds: readonly string[]): Promise<void> {
  const page = { ...store, limit: 1000, order: "asc", after: null, before: null, status: null } as const;
  for (const row of await listVectorStoreFiles(page)) {
    const scope = { ...store, fileId: row.fileId, ingestId: row.ingestId };
    const failure = { code: "server_error", message: "No capacity.", now: new Date() };
    if (fileIds.includes(row.fileId)) await failIngest(scope, failure);
  }
}

async function statuses(store: TestStore): Promise<Record<string, number>> {
  const page = { ...store, limit: 1000, order: "asc", after: null, before: null, status: null } as const;
  const rows = await listVectorStoreFiles(page);
  const of = (status: string) => rows.filter((row) => row.status === status).length;
  return { in_progress: of("in_progress"), failed: of("failed"), cancelled: of("cancelled") };
}

describe("the queue of files to be read", () => {
  it("takes a team's one file before another's thousands that came first, and goes on with both in turn", async () => {
    const busy = await newStore();
    await fill(busy, 1500);
    expect((await takeNext(20)).map((job) => job.teamId)).toEqual(Array(20).fill(busy.teamId));
    const other = await newStore();
    const [one] = await fill(other, 1);
    expect((await takeNext(2)).map((job) => job.fileId)).toContain(one);
    await fill(other, 30);
    const next = (await takeNext(40)).map((job) => job.teamId);
    expect(next.filter((id) => id === other.teamId).length).toBeGreaterThanOrEqual(18);
    expect(next.filter((id) => id === busy.teamId).length).toBeGreaterThanOrEqual(18);
  });

  it("lets small files pass a team's own large ones", async () => {
    const store = await newStore();
    const large = await fill(store, 20, 50 * 1024 * 1024);
    await takeNext(1);
    const small = await fill(store, 3);
    const next = (await takeNext(4)).map((job) => job.fileId);
    expect(next.filter((id) => small.includes(id))).toHaveLength(3);
    expect(large).toContain((await takeNext(1))[0]?.fileId);
  });
});

describe("retrying and cancelling", () => {
  it("takes up every failed file of a store once, and nothing else", async () => {
    const store = await newStore();
    const ids = await fill(store, 300);
    const elsewhere = await newStore();
    await failAll(elsewhere, await fill(elsewhere, 2));
    await failAll(store, ids.slice(0, 280));
    await cancelFile({ ctx: store.ctx, input: { vectorStoreId: store.vectorStoreId, fileId: ids[290] ?? "" } });
    expect(await statuses(store)).toEqual({ in_progress: 19, failed: 280, cancelled: 1 });
    const input = { vectorStoreId: store.vectorStoreId };
    expect(await retryFailedFiles({ ctx: store.ctx, input })).toEqual({ retried: 280 });
    expect(await statuses(store)).toEqual({ in_progress: 299, failed: 0, cancelled: 1 });
    expect(await statuses(elsewhere)).toEqual({ in_progress: 0, failed: 2, cancelled: 0 });
    expect(await retryFailedFiles({ ctx: store.ctx, input })).toEqual({ retried: 0 });
  });

  it("answers a store or file of another team as an unknown one", async () => {
    const [ours, theirs] = [await newStore(), await newStore()];
    const [fileId = ""] = await fill(theirs, 1);
    const { vectorStoreId } = theirs;
    const missing = expect.objectContaining({ code: "not_found" });
    await expect(retryFailedFiles({ ctx: ours.ctx, input: { vectorStoreId } })).rejects.toEqual(missing);
    await expect(cancelFile({ ctx: ours.ctx, input: { vectorStoreId, fileId } })).rejects.toEqual(missing);
    expect(await statuses(theirs)).toEqual({ in_progress: 1, failed: 0, cancelled: 0 });
  });

  it("leaves a file that has been read as it is, and lets a cancelled one be attached again", async () => {
    const store = await newStore();
    const [fileId = ""] = await fill(store, 1);
    const input = { vectorStoreId: store.vectorStoreId, fileId };
    expect(await cancelFile({ ctx: store.ctx, input })).toMatchObject({ status: "cancelled", step: "done" });
    const again = await attachFile({ ctx: store.ctx, input: { ...input, attributes: {}, strategy: null } });
    expect(again.status).toBe("in_progress");
    await pool().query("UPDATE vector_store_file SET status = 'completed', step = 'done' WHERE file_id = $1", [fileId]);
    expect(await cancelFile({ ctx: store.ctx, input })).toMatchObject({ status: "completed" });
  });
});

describe("a file that nothing has been heard of for ten minutes", () => {
  const countJobs = async () => (await queue().boss.findJobs(ingestFileJob.name)).length;

  /** The sweeps of the next half hour. */
  async function sweepLater(time: FakeClock): Promise<void> {
    for (let minute = 0; minute < 30; minute++) {
      time.advance(60_000);
      await resumeStalledIngests();
    }
  }

  it("keeps its one job while it waits its turn, or is being read", async () => {
    const time = installFakeClock();
    await fill(await newStore(), 3);
    await takeNext(1);
    await sweepLater(time);
    expect(await countJobs()).toBe(3);
  });

  it.each([
    ["has run out of tries", "UPDATE pgboss.job SET state = 'failed' WHERE name = $1"],
    ["is gone", "DELETE FROM pgboss.job WHERE name = $1"],
  ])("gets one new job, in its old place, when its own %s", async (_name, lose) => {
    const time = installFakeClock();
    const [first, second] = await fill(await newStore(), 2);
    await pool().query(lose, [ingestFileJob.name]);
    await sweepLater(time);
    expect(await countJobs()).toBe(2);
    expect((await takeNext(3)).map((job) => job.fileId)).toEqual([first, second]);
  });
});
