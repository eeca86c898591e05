import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";
import { setClock } from "#server/clock";
import { pool } from "#server/db/client";
import { startQueue, stopQueue } from "#server/jobs/queue";
import { stopReadWorkers } from "#server/retrieval/parse/worker-pool";
import type { ServiceContext } from "#server/services/context";
import { addTestQuery } from "#server/services/retrieval-tests/add-test-query";
import { createTestSet } from "#server/services/retrieval-tests/create-test-set";
import { endLostRuns } from "#server/services/retrieval-tests/end-lost-runs";
import { exportTestSet } from "#server/services/retrieval-tests/export-test-set";
import { getTestRun } from "#server/services/retrieval-tests/get-test-run";
import { importTestSet } from "#server/services/retrieval-tests/import-test-set";
import { listTestRuns } from "#server/services/retrieval-tests/list-test-runs";
import { performTestRun } from "#server/services/retrieval-tests/perform-test-run";
import { startTestRun } from "#server/services/retrieval-tests/start-test-run";
import { systemContext } from "#server/services/setup/system-context";
import { createVectorStore } from "#server/services/vector-stores/create-vector-store";
import { createTeam, openTestDatabase, type TestDatabase } from "#tests/support/database";
import { installFakeClock } from "#tests/support/fake-clock";
import { addDocument } from "#tests/support/read-documents";

let database: TestDatabase;
let ctx: ServiceContext;
let vectorStoreId: string;
let harbour: string;
let forest: string;

const documents = {
  "harbour.txt": "The harbour was dredged to eleven metres.",
  "forest.txt": "Foxes live among old oaks.",
};
// By words alone, what shares no word with a question is not found.
const settings = { maxNumResults: 10, weights: { embedding: 0, text: 1 } };
const passage = (fileId: string) => ({ fileId, charStart: null, charEnd: null, grade: 1 });

async function newStore(): Promise<{ id: string; files: string[] }> {
  const { id } = await createVectorStore({ ctx, input: { name: "Town" } });
  const files: string[] = [];
  for (const [filename, text] of Object.entries(documents)) files.push(await addDocument(ctx, id, { filename, text }));
  return { id, files };
}

beforeAll(async () => {
  database = await openTestDatabase();
  await startQueue();
  ctx = systemContext((await createTeam()).teamId);
  const store = await newStore();
  vectorStoreId = store.id;
  [harbour = "", forest = ""] = store.files;
});
afterAll(async () => {
  await stopReadWorkers();
  await stopQueue();
  await database.close();
});

async function newSet(name: string): Promise<string> {
  return (await createTestSet({ ctx, input: { vectorStoreId, name } })).id;
}

it("measures each question and all together, and names what is missing", async () => {
  const testSetId = await newSet("Mixed");
  const span = { fileId: harbour, charStart: 4, charEnd: 20, grade: 2 };
  await addTestQuery({ ctx, input: { testSetId, text: "dredged harbour", expected: [span] } });
  await addTestQuery({ ctx, input: { testSetId, text: "harbour", expected: [passage(forest)] } });
  const run = await startTestRun({ ctx, input: { testSetId, settings } });
  expect(run).toMatchObject({ status: "completed", recall: 0.5, mrr: 0.5, ndcg: 0.5, queryCount: 2, generation: 1 });
  const { results } = await getTestRun({ ctx, input: { runId: run.id } });
  expect(results.map(({ text, recall }) => ({ text, recall }))).toEqual([
    { text: "dredged harbour", recall: 1 },
    { text: "harbour", recall: 0 },
  ]);
  expect(results[1]?.missing).toMatchObject([{ fileId: forest, filename: "forest.txt" }]);
  expect(await listTestRuns({ ctx, input: { vectorStoreId } })).toMatchObject([{ id: run.id, settings }]);
});

it("makes a job of a long set, which may be run twice", async () => {
  const testSetId = await newSet("Long");
  for (let at = 0; at < 37; at++) {
    await addTestQuery({ ctx, input: { testSetId, text: `harbour ${at}`, expected: [passage(harbour)] } });
  }
  const run = await startTestRun({ ctx, input: { testSetId, settings } });
  expect(run).toMatchObject({ status: "in_progress", recall: null });
  const { rows } = await pool().query("SELECT data -> 'payload' AS payload FROM pgboss.job WHERE name = $1", [
    "run-retrieval-test",
  ]);
  expect(rows).toEqual([{ payload: { teamId: ctx.principal.teamId, runId: run.id } }]);
  const again = { input: { ...rows[0].payload, lastTry: true }, signal: ctx.signal };
  await performTestRun(again);
  const ended = await getTestRun({ ctx, input: { runId: run.id } });
  expect(ended).toMatchObject({ status: "completed", recall: 1, mrr: 1 });
  await performTestRun(again);
  expect(await getTestRun({ ctx, input: { runId: run.id } })).toEqual(ended);
});

it("fails when it is stopped and nobody would go on with it", async () => {
  const testSetId = await newSet("Stopped");
  await addTestQuery({ ctx, input: { testSetId, text: "harbour", expected: [passage(harbour)] } });
  const left = { ...ctx, signal: AbortSignal.abort() };
  const run = await startTestRun({ ctx: left, input: { testSetId, settings } });
  expect(run).toMatchObject({ status: "failed", recall: null, errorMessage: "The run was stopped before its end." });
});

it("fails when its process died at the last try, and not while its job is to be run", async () => {
  const testSetId = await newSet("Killed");
  for (let at = 0; at < 37; at++) {
    await addTestQuery({ ctx, input: { testSetId, text: `harbour ${at}`, expected: [passage(harbour)] } });
  }
  const { id: runId } = await startTestRun({ ctx, input: { testSetId, settings } });
  const clock = installFakeClock(Date.now() + 16 * 60 * 1000);
  onTestFinished(() => setClock());
  await endLostRuns();
  expect(await getTestRun({ ctx, input: { runId } })).toMatchObject({ status: "in_progress" });
  await pool().query("UPDATE pgboss.job SET state = 'failed' WHERE name = 'run-retrieval-test'");
  await endLostRuns();
  const lost = { status: "failed", recall: null, errorMessage: "The run was stopped before its end." };
  expect(await getTestRun({ ctx, input: { runId } })).toMatchObject({ ...lost, endedAt: new Date(clock.now()) });
});

it("goes out as JSON and comes into another store, by the names of its files", async () => {
  const testSetId = await newSet("Portable");
  const span = { fileId: harbour, charStart: 4, charEnd: 20, grade: 3 };
  await addTestQuery({ ctx, input: { testSetId, text: "dredged?", expected: [span, passage(forest)] } });
  const document = await exportTestSet({ ctx, input: { testSetId } });
  const other = await newStore();
  const imported = await importTestSet({ ctx, input: { vectorStoreId: other.id, document } });
  const back = await exportTestSet({ ctx, input: { testSetId: imported.id } });
  expect(back.queries.map(({ text }) => text)).toEqual(["dredged?"]);
  expect(back.qrels).toMatchObject([
    { "corpus-id": other.files[0], score: 3, char_start: 4, char_end: 20 },
    { "corpus-id": other.files[1], score: 1, filename: "forest.txt" },
  ]);
  const foreign = importTestSet({ ctx, input: { vectorStoreId: "vs_unknown", document } });
  await expect(foreign).rejects.toMatchObject({ code: "not_found" });
  const stranger = { ...document, qrels: [{ "query-id": "1", "corpus-id": "unknown.txt", score: 1 }] };
  const refused = importTestSet({ ctx, input: { vectorStoreId: other.id, document: stranger } });
  await expect(refused).rejects.toMatchObject({
    code: "invalid_value",
    message: expect.stringContaining("unknown.txt"),
  });
});

it("refuses a set without queries", async () => {
  const run = startTestRun({ ctx, input: { testSetId: await newSet("Empty"), settings } });
  await expect(run).rejects.toMatchObject({ code: "invalid_value" });
});
