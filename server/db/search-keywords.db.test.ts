import { afterAll, beforeAll, expect, it } from "vitest";
import { pool } from "#server/db/client";
import { type HybridRow, searchHybrid } from "#server/db/search";
import { newId } from "#server/ids";
import { createTeam, openTestDatabase, type TestDatabase } from "#tests/support/database";

const CHUNKS = 4_000;

let database: TestDatabase;
let teamId: string;

beforeAll(async () => {
  database = await openTestDatabase();
  ({ teamId } = await createTeam());
});
afterAll(() => database.close());

/** A store of one file whose chunks are the rows of a query for `ordinal` and `text`. */
async function storeOf(chunks: string): Promise<string> {
  const vectorStoreId = newId("vectorStore");
  const fileId = newId("file");
  await pool().query(
    `INSERT INTO vector_store (team_id, id, name, embedding_model, dimensions, created_at, last_active_at)
     VALUES ($1, $2, 's', 'm', 1, now(), now())`,
    [teamId, vectorStoreId],
  );
  await pool().query(
    `WITH held AS (
       INSERT INTO file (team_id, id, filename, purpose, media_type, bytes, sha256, created_at)
       VALUES ($1, $3, 'words.txt', 'assistants', 'text/plain', 1, '', now())
     ), texts AS MATERIALIZED (
       SELECT n.*, (SELECT sum(cardinality(positions)) FROM unnest(n.tsv)) AS lexemes
       FROM (SELECT ordinal, text, to_tsvector('english', text) AS tsv FROM (${chunks}) c) n
     ), filed AS (
       INSERT INTO vector_store_file (team_id, vector_store_id, file_id, status, step, chunking_strategy, chunk_count,
         lexeme_count, ingest_id, created_at)
       SELECT $1, $2, $3, 'completed', 'done', '{}', count(*), sum(lexemes), $3, now() FROM texts
     ), added AS (
       INSERT INTO chunk (team_id, vector_store_id, file_id, ordinal, char_start, char_end, heading_path, text, token_count,
                          lexeme_count, tsv)
       SELECT $1, $2, $3, ordinal, 0, 1, '', text, 1, lexemes, tsv FROM texts ORDER BY ordinal RETURNING id
     )
     INSERT INTO chunk_embedding (team_id, vector_store_id, chunk_id, generation, embedding)
     SELECT $1, $2, id, 1, '[1]' FROM added`,
    [teamId, vectorStoreId, fileId],
  );
  return vectorStoreId;
}

async function search(vectorStoreIds: string[], text: string): Promise<HybridRow[]> {
  return searchHybrid({
    ...{ teamId, vectorStoreIds, indexedStoreIds: [], generation: 1, text, embedding: null, filter: null, limit: 50 },
    ...{ weights: { vector: 0, keyword: 1 }, scoreThreshold: 0, now: new Date() },
  });
}

it("scores by BM25, however often a word is in a passage", async () => {
  const times = [1, 2, 3, 10, 100, 250];
  const store = await storeOf(
    `SELECT n.at AS ordinal, repeat('apple ', n.times) || repeat('pear ', 7 - n.at::int) AS text
     FROM unnest('{${times}}'::int[]) WITH ORDINALITY AS n(times, at)`,
  );
  const rows = await search([store], "apple");
  const lengths = times.map((count, index) => count + 6 - index);
  const average = lengths.reduce((sum, length) => sum + length, 0) / times.length;
  const idf = Math.log(1 + 0.5 / (times.length + 0.5));
  const bm25 = times.map((count, index) => {
    return (idf * count * 2.2) / (count + 1.2 * (0.25 + (0.75 * (lengths[index] ?? 0)) / average));
  });
  const descending = (scores: (number | null)[]) => scores.map(Number).sort((a, b) => b - a);
  const expected = descending(bm25);
  for (const [place, score] of descending(rows.map((row) => row.keywordScore)).entries()) {
    expect(score).toBeCloseTo(expected[place] ?? 0, 6);
  }
  expect(rows).toHaveLength(times.length);
});

it("finds the passage that has all the common words of a question, wherever it is stored", async () => {
  const filler = "repeat(md5(n::text) || ' ', 3)";
  const store = await storeOf(
    `SELECT n AS ordinal, CASE WHEN n % 2 = 0 THEN 'harbour ' ELSE '' END || CASE WHEN n % 3 = 0 THEN 'lantern ' ELSE '' END
       || CASE WHEN n % 2 = 1 THEN 'meadow ' ELSE '' END || ${filler} AS text FROM generate_series(1, ${CHUNKS}) n
     UNION ALL SELECT ${CHUNKS + 1}, 'harbour lantern meadow'`,
  );
  const rows = await search([store], "Is a lantern at the harbour or in the meadow?");
  expect(rows[0]?.text).toBe("harbour lantern meadow");
  expect(rows[1]?.text).toMatch(/lantern/);
});

it("finds a word that only one of two stores has, and nothing of a store that is not asked", async () => {
  const [one, other] = [
    await storeOf("SELECT 1 AS ordinal, 'violet tulip' AS text"),
    await storeOf("SELECT 1 AS ordinal, 'tulip' AS text"),
  ];
  expect((await search([one, other], "violet")).map((row) => row.vectorStoreId)).toEqual([one]);
  expect((await search([one, other], "tulip")).map((row) => row.vectorStoreId).sort()).toEqual([one, other].sort());
  expect((await search([other], "tulip")).map((row) => row.vectorStoreId)).toEqual([other]);
  expect(await search([other], "violet")).toEqual([]);
});
