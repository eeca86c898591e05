import { afterAll, beforeAll, expect, it } from "vitest";
import { pool } from "#server/db/client";
import { searchHybrid } from "#server/db/search";
import { newId } from "#server/ids";
import { createTeam, openTestDatabase, type TestDatabase } from "#tests/support/database";
import { addChunks, unitVectors } from "#tests/support/many-chunks";

const DIMENSIONS = 8;

let database: TestDatabase;
let teamId: string;
const stores = [newId("vectorStore"), newId("vectorStore")];

beforeAll(async () => {
  database = await openTestDatabase();
  ({ teamId } = await createTeam());
  for (const vectorStoreId of stores) {
    await pool().query(
      `INSERT INTO vector_store (team_id, id, name, embedding_model, dimensions, created_at, last_active_at)
       VALUES ($1, $2, 's', 'm', $3, now(), now())`,
      [teamId, vectorStoreId, DIMENSIONS],
    );
    await addChunks(pool(), { teamId, vectorStoreId, chunks: 20, dimensions: DIMENSIONS, files: 2 });
  }
});
afterAll(() => database.close());

/** What a search for a common word finds when so many of the stores are said to have an index. */
async function found(indexed: number, embedding: readonly number[] | null): Promise<string[]> {
  const rows = await searchHybrid({
    ...{ teamId, vectorStoreIds: stores, indexedStoreIds: stores.slice(0, indexed), generation: 1, text: "word1" },
    ...{ embedding, weights: { vector: 1, keyword: 1 }, filter: null, limit: 50, scoreThreshold: 0, now: new Date() },
  });
  return rows.map((row) => row.chunkId);
}

it("finds the same by keywords alone, whichever stores have an index of their vectors", async () => {
  const none = await found(0, null);
  expect(none.length).toBeGreaterThan(0);
  expect(await found(1, null)).toEqual(none);
  expect(await found(2, null)).toEqual(none);
});

it("finds the same by vectors too, whichever stores have an index", async () => {
  const embedding = unitVectors(7, DIMENSIONS)();
  const none = await found(0, embedding);
  expect(none).toHaveLength(40);
  expect(await found(1, embedding)).toEqual(none);
  expect(await found(2, embedding)).toEqual(none);
});

it("leaves out a leg of no weight, unless it is to be explained", async () => {
  const query = {
    ...{ teamId, vectorStoreIds: stores, indexedStoreIds: [], generation: 1, text: "word1", filter: null, limit: 50 },
    ...{ embedding: unitVectors(7, DIMENSIONS)(), weights: { vector: 1, keyword: 0 }, scoreThreshold: 0 },
    now: new Date(),
  };
  const alone = await searchHybrid(query);
  const explained = await searchHybrid({ ...query, everyLeg: true });
  expect(alone.map((row) => row.chunkId)).toEqual(explained.map((row) => row.chunkId));
  expect(alone.map((row) => row.score)).toEqual(explained.map((row) => row.score));
  expect(alone.every((row) => row.keywordPlace === null)).toBe(true);
  expect(explained.some((row) => row.keywordPlace !== null)).toBe(true);
});
