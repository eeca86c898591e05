import { afterAll, beforeAll, expect, it } from "vitest";
import { pool } from "#server/db/client";
import { startQueue, stopQueue } from "#server/jobs/queue";
import { stopReadWorkers } from "#server/retrieval/parse/worker-pool";
import type { ServiceContext } from "#server/services/context";
import { systemContext } from "#server/services/setup/system-context";
import { createVectorStore } from "#server/services/vector-stores/create-vector-store";
import { type ExplainAbsenceInput, explainAbsence } from "#server/services/vector-stores/explain-absence";
import { createTeam, openTestDatabase, type TestDatabase } from "#tests/support/database";
import { addDocument } from "#tests/support/read-documents";

let database: TestDatabase;
let ctx: ServiceContext;
let vectorStoreId: string;
const files: Record<string, string> = {};

beforeAll(async () => {
  database = await openTestDatabase();
  await startQueue();
  ctx = systemContext((await createTeam()).teamId);
  ({ id: vectorStoreId } = await createVectorStore({ ctx, input: { name: "Town" } }));
  const add = async (filename: string, text: string, more: object = {}) => {
    files[filename] = await addDocument(ctx, vectorStoreId, { filename, text, attributes: { year: 2020 }, ...more });
  };
  await add("harbour.txt", "The harbour was dredged to eleven metres. The harbour takes any ship.");
  await add("market.txt", "The market beside the harbour opens every Saturday morning.", {
    attributes: { year: 1999 },
  });
  await add("forest.txt", "Foxes live among old oaks.");
  await add("queued.txt", "A second harbour is planned.", { read: false });
  await add("old.txt", "Night trains leave from platform three.");
  await pool().query("UPDATE file SET expires_at = $2 WHERE id = $1", [files["old.txt"], new Date(0)]);
});
afterAll(async () => {
  await stopReadWorkers();
  await stopQueue();
  await database.close();
});

function explain(filename: string, more: Partial<ExplainAbsenceInput> = {}) {
  const input = { vectorStoreId, fileId: files[filename] ?? filename, query: "How deep is the harbour?" };
  const settings = { maxNumResults: 10, filters: null, rankingOptions: null };
  return explainAbsence({ ctx, input: { ...input, ...settings, ...more } });
}

it("says where a file stands that is there", async () => {
  const { standing, ...found } = await explain("harbour.txt");
  expect(found).toMatchObject({ reason: "present", place: 1, filename: "harbour.txt" });
  expect(standing?.vector.place).toBe(1);
  expect(standing?.keyword.place).toBe(1);
  expect(standing?.fused?.score).toBe(1);
});

it("names a file that is still being read, and one that has expired", async () => {
  expect(await explain("queued.txt")).toMatchObject({ reason: "not_ready", status: "in_progress", standing: null });
  expect(await explain("old.txt")).toMatchObject({ reason: "expired", standing: null });
});

it("names the condition of the filter that keeps it out", async () => {
  const recent = { type: "gte" as const, key: "year", value: 2000 };
  const named = { type: "in" as const, key: "filename", value: ["market.txt", "harbour.txt"] };
  const filters = { type: "and" as const, filters: [recent, named] };
  const absence = await explain("market.txt", { filters });
  expect(absence.reason).toBe("filtered");
  expect(absence.conditions).toEqual([
    { condition: recent, holds: false },
    { condition: named, holds: true },
  ]);
});

it("names the limit and the score that it did not reach", async () => {
  const limited = await explain("market.txt", { maxNumResults: 1 });
  expect(limited).toMatchObject({ reason: "beyond_limit", standing: { lastScore: 1 } });
  expect(limited.standing?.fused?.place).toBeGreaterThan(1);
  const scored = await explain("market.txt", { rankingOptions: { score_threshold: 0.99 } });
  expect(scored.reason).toBe("below_threshold");
  expect(scored.standing?.fused?.score).toBeLessThan(0.99);
});

it("says that no leg ranks it, and its place among the vectors", async () => {
  const byWords = { hybrid_search: { embedding_weight: 0, text_weight: 1 } };
  const absence = await explain("forest.txt", { rankingOptions: byWords });
  expect(absence).toMatchObject({ reason: "beyond_legs", standing: { keyword: { place: null, score: null } } });
  expect(absence.standing?.vector).toEqual({ place: null, score: null, last: null });
  const { standing } = await explain("forest.txt");
  expect(standing?.vector.place).toBeGreaterThan(2);
});

it("reads the words of a file that has an attribute called file_id of its own", async () => {
  const attributes = { file_id: "42", year: 2020 };
  const document = { filename: "quay.txt", text: "The harbour has a quay.", attributes };
  const fileId = await addDocument(ctx, vectorStoreId, document);
  const recent = { type: "gte" as const, key: "year", value: 2000 };
  for (const filters of [null, recent]) {
    const { standing } = await explain(fileId, { filters });
    expect(standing?.keyword).toMatchObject({ place: expect.any(Number), score: expect.any(Number) });
  }
});

it("knows no file of another store", async () => {
  await expect(explain("file-unknown")).rejects.toMatchObject({ code: "not_found" });
});
