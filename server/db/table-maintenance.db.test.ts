import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { insertChunks } from "#server/db/chunks";
import { inTransaction, pool } from "#server/db/client";
import { insertFile } from "#server/db/files";
import { refreshAfterWrites, vacuumNeglectedTables } from "#server/db/table-maintenance";
import { upsertVectorStoreFiles } from "#server/db/vector-store-files";
import { insertVectorStore } from "#server/db/vector-stores";
import { newId, timeOrderedHex } from "#server/ids";
import { createTeam, openTestDatabase, type TestDatabase } from "#tests/support/database";

let database: TestDatabase;
let teamId: string;

beforeAll(async () => {
  database = await openTestDatabase();
  ({ teamId } = await createTeam());
});

afterAll(() => database.close());

async function first<T>(sql: string): Promise<T | undefined> {
  const { rows } = await pool().query(sql);
  return rows[0];
}

async function writeChunks(count: number): Promise<void> {
  const now = new Date();
  const vectorStoreId = newId("vectorStore");
  const fileId = newId("file");
  const store = { id: vectorStoreId, name: "s", description: null, metadata: {}, embeddingModel: "builtin/hash-1024" };
  const ages = {
    dimensions: 4,
    embeddingOptions: {},
    generation: 1,
    indexedGeneration: null,
    expiresAfterDays: null,
    searchSettings: {},
    chunkingStrategy: null,
    createdAt: now,
    lastActiveAt: now,
  };
  await inTransaction((tx) => insertVectorStore(teamId, { ...store, ...ages }, tx));
  const file = { id: fileId, filename: "a.txt", purpose: "assistants", mediaType: "text/plain", bytes: 1, sha256: "" };
  await insertFile(teamId, { ...file, createdAt: now, expiresAt: null });
  const ingestId = timeOrderedHex();
  const chunkingStrategy = { maxChunkSizeTokens: 400, chunkOverlapTokens: 0 };
  const place = { queueLine: "small" as const, queuePlace: 0 };
  const attached = { ...place, fileId, attributes: {}, chunkingStrategy, ingestId, createdAt: now };
  await inTransaction((tx) => upsertVectorStoreFiles({ teamId, vectorStoreId }, [attached], tx));
  const where = {
    page: null,
    charStart: 0,
    charEnd: 1,
    headingPath: "",
    spaceBefore: null,
    tokenCount: 1,
    embedding: "[1,0,0,0]",
    lead: "",
    embeddingKey: Buffer.from([0]),
  };
  const chunks = Array.from({ length: count }, (_, ordinal) => {
    const text = `word${ordinal} common`;
    return { ...where, ordinal, text, keywords: text, headingKeywords: "" };
  });
  await insertChunks(
    { teamId, vectorStoreId, fileId, ingestId },
    { generation: 1, textConfiguration: "english", chunks, doneCount: count, now },
  );
}

const knownChunks = async () =>
  (await first<{ known: number }>("SELECT reltuples AS known FROM pg_class WHERE oid = 'chunk'::regclass"))?.known ?? 0;

describe("refreshAfterWrites", () => {
  it("tells the planner of many new chunks, and leaves nothing waiting outside the text index", async () => {
    await writeChunks(600);
    await refreshAfterWrites(300);
    expect(await knownChunks()).toBeLessThan(600);
    await refreshAfterWrites(300);
    expect(await knownChunks()).toBe(600);
    const waiting = await first<{ pages: string }>("SELECT gin_clean_pending_list('chunk_words_idx') AS pages");
    expect(Number(waiting?.pages)).toBe(0);
  });

  it("fails nobody's writes", async () => {
    await pool().query("ALTER INDEX chunk_words_idx RENAME TO elsewhere");
    try {
      await refreshAfterWrites(100_000);
    } finally {
      await pool().query("ALTER INDEX elsewhere RENAME TO chunk_words_idx");
    }
  });
});

/** Each would add its part to the index's size if nothing were made free. */
const ROUNDS = 18;

/** On one connection, which reports at once what it did. */
async function fillAndEmpty(round: number): Promise<void> {
  const client = await pool().connect();
  try {
    await client.query(
      "INSERT INTO blob_garbage (team_id, blob_id) SELECT $1, $2 || g FROM generate_series(1, 3000) g",
      [teamId, `round-${round}-`],
    );
    await client.query("SELECT pg_stat_force_next_flush()");
    await client.query("DELETE FROM blob_garbage WHERE team_id = $1", [teamId]);
  } finally {
    client.release();
  }
}

describe("vacuumNeglectedTables", () => {
  it("keeps a table that is filled and emptied again and again at its size", async () => {
    const signal = new AbortController().signal;
    const sizes: number[] = [];
    // A native server's own would now and then come first.
    await pool().query("ALTER TABLE blob_garbage SET (autovacuum_enabled = off)");
    for (let round = 0; round < ROUNDS; round += 1) {
      await fillAndEmpty(round);
      expect(await vacuumNeglectedTables(signal)).toContain("blob_garbage");
      const size = await first<{ bytes: string }>("SELECT pg_relation_size('blob_garbage_pkey') AS bytes");
      sizes.push(Number(size?.bytes));
    }
    // An emptied page of an index is filled again from the second time on, or later where a session of the same Postgres
    // that just begins may still see what was in it: now and then a round finds no such page, but most do.
    expect(sizes.at(-1)).toBeLessThanOrEqual((sizes[0] ?? 0) * (ROUNDS / 3));
  });

  it("stops between tables when it must", async () => {
    expect(await vacuumNeglectedTables(AbortSignal.abort())).toEqual([]);
  });
});
