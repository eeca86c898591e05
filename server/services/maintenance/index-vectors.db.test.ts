import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { setClock } from "#server/clock";
import { pool } from "#server/db/client";
import { hybridStatement } from "#server/db/search";
import { startQueue, stopQueue } from "#server/jobs/queue";
import type { AttributeFilter } from "#server/protocol/attribute-filter";
import { deleteFile } from "#server/services/files/delete-file";
import { indexVectors } from "#server/services/maintenance/index-vectors";
import { systemContext } from "#server/services/setup/system-context";
import { buildVectors } from "#server/services/vector-stores/build-vectors";
import { changeEmbedding } from "#server/services/vector-stores/change-embedding";
import { createVectorStore } from "#server/services/vector-stores/create-vector-store";
import { deleteVectorStore } from "#server/services/vector-stores/delete-vector-store";
import { detachFile } from "#server/services/vector-stores/detach-file";
import { detachFiles } from "#server/services/vector-stores/detach-files";
import { getVectorStore } from "#server/services/vector-stores/get-vector-store";
import { searchVectorStores } from "#server/services/vector-stores/search-vector-stores";
import { sweepGenerations } from "#server/services/vector-stores/sweep-generations";
import { createTeam, openTestDatabase, type TestDatabase } from "#tests/support/database";
import { installFakeClock } from "#tests/support/fake-clock";
import { addChunks, unitVectors } from "#tests/support/many-chunks";

const DIMENSIONS = 1024;
const never = new AbortController().signal;

let database: TestDatabase;
let teamId: string;

/** A store of so many chunks, in ten files with the attribute `part` of 0 to 9. */
async function makeStore(chunks: number): Promise<string> {
  const { id } = await createVectorStore({ ctx: systemContext(teamId), input: { name: "large" } });
  await addChunks(pool(), { teamId, vectorStoreId: id, chunks, dimensions: DIMENSIONS, files: 10 });
  return id;
}

async function indexes(): Promise<string[]> {
  const { rows } = await pool().query<{ name: string }>(
    "SELECT c.relname AS name FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE c.relname LIKE 'ann%' ORDER BY 1",
  );
  return rows.map(({ name }) => name);
}

const nameOf = (id: string) => `ann_${id}_1`;

/** The nearest ten by the statement that searches run, and how Postgres went about it. */
async function nearest(id: string, options: { indexed: boolean; filter?: AttributeFilter }) {
  const { text, values } = hybridStatement({
    teamId,
    vectorStoreIds: [id],
    indexedStoreIds: options.indexed ? [id] : [],
    generation: 1,
    text: "",
    embedding: unitVectors(7, DIMENSIONS)(),
    weights: { vector: 1, keyword: 0 },
    filter: options.filter ?? null,
    limit: 10,
    scoreThreshold: 0,
    now: new Date(),
  });
  const client = await pool().connect();
  try {
    // So few rows would be sorted; thousands are not.
    await client.query("SET enable_sort = off; SET enable_bitmapscan = off; SET jit = off");
    const plan = await client.query<{ "QUERY PLAN": string }>(`EXPLAIN (ANALYZE) ${text}`, values);
    const { rows } = await client.query<{ chunkId: string }>(text, values);
    return {
      chunks: rows.map((row) => row.chunkId),
      plan: plan.rows.map((row) => row["QUERY PLAN"]).join("\n"),
    };
  } finally {
    client.release(true);
  }
}

describe.skipIf(!process.env.TEST_DATABASE_URL)("indexes of large vector stores", { timeout: 120_000 }, () => {
  beforeAll(async () => {
    database = await openTestDatabase({ EXACT_SEARCH_MAX_CHUNKS: "250", MAX_VECTOR_INDEXES: "1" });
    await startQueue();
    ({ teamId } = await createTeam());
  });

  afterAll(async () => {
    await stopQueue();
    await database.close();
  });

  it("are for the largest stores, up to the limit, are used, and go before their store does", async () => {
    const small = await makeStore(200);
    const large = await makeStore(400);
    const larger = await makeStore(600);
    await indexVectors(never);
    expect(await indexes()).toEqual([nameOf(larger)]);

    const exact = await nearest(larger, { indexed: false });
    const indexed = await nearest(larger, { indexed: true });
    expect(exact.plan).not.toContain(nameOf(larger));
    expect(indexed.plan).toContain(`Index Scan using ${nameOf(larger)}`);
    expect(indexed.chunks).toEqual(exact.chunks);
    expect(indexed.chunks).toHaveLength(10);

    const filter: AttributeFilter = { type: "eq", key: "part", value: 3 };
    const filtered = await nearest(larger, { indexed: true, filter });
    expect(filtered.chunks).toEqual((await nearest(larger, { indexed: false, filter })).chunks);
    expect(filtered.chunks).toHaveLength(10);

    const input = { vectorStoreIds: [small, larger], queries: ["word1"], maxNumResults: 50 };
    const { hits } = await searchVectorStores({ ctx: systemContext(teamId), input });
    expect(new Set(hits.map((hit) => hit.vectorStoreId))).toEqual(new Set([small, larger]));

    await deleteVectorStore({ ctx: systemContext(teamId), input: { vectorStoreId: larger } });
    expect(await indexes()).toEqual([]);
    await indexVectors(never);
    expect(await indexes()).toEqual([nameOf(large)]);
  });

  it("go before files that hold much of their store, not before one that holds little, and are built again", async () => {
    const id = await makeStore(900);
    await indexVectors(never);
    expect(await indexes()).toEqual([nameOf(id)]);
    const { rows } = await pool().query<{ id: string }>(
      "SELECT file_id AS id FROM vector_store_file WHERE vector_store_id = $1 ORDER BY file_id",
      [id],
    );
    const [one = "", two = "", ...others] = rows.map((row) => row.id);
    const ctx = systemContext(teamId);
    await detachFile({ ctx, input: { vectorStoreId: id, fileId: one } });
    await deleteFile({ ctx, input: { fileId: two } });
    expect(await indexes()).toEqual([nameOf(id)]);
    await detachFiles({ ctx, input: { vectorStoreId: id, fileIds: others.slice(0, 3) } });
    expect(await indexes()).toEqual([]);
    await indexVectors(never);
    expect(await indexes()).toEqual([nameOf(id)]);
    await deleteVectorStore({ ctx, input: { vectorStoreId: id } });
    await indexVectors(never);
  });

  it("are built anew where a killed build left one unfinished, and kept otherwise", async () => {
    const [name = ""] = await indexes();
    const oid = async () =>
      (await pool().query<{ oid: number }>("SELECT oid::int FROM pg_class WHERE relname = $1", [name])).rows[0]?.oid;
    const first = await oid();
    await indexVectors(never);
    expect(await oid()).toBe(first);
    await pool().query("UPDATE pg_index SET indisvalid = false WHERE indexrelid = $1::regclass", [name]);
    await indexVectors(never);
    expect(await indexes()).toEqual([name]);
    expect(await oid()).not.toBe(first);
  });

  it("of another embedding model's vectors are built before searches compare by them", async () => {
    const id = await makeStore(900);
    await indexVectors(never);
    const input = { vectorStoreId: id, embedding: { model: "builtin/hash-1024", dimensions: 256 } };
    const { build } = await changeEmbedding({ ctx: systemContext(teamId), input });
    const scope = { teamId, vectorStoreId: id };
    await buildVectors({ input: { ...scope, buildId: build?.buildId ?? "" }, signal: never });
    const changed = await getVectorStore({ ctx: systemContext(teamId), input });
    expect(changed).toMatchObject({ generation: 2, indexedGeneration: 2, dimensions: 256 });
    expect(await indexes()).toEqual([`ann_${id}_1`, `ann_${id}_2`]);
    // A search that began before compares by the former ones; then they go, their index first.
    installFakeClock(Date.now() + 61_000);
    await sweepGenerations(never).finally(() => setClock());
    expect(await indexes()).toEqual([`ann_${id}_2`]);
    await indexVectors(never);
    expect(await indexes()).toEqual([`ann_${id}_2`]);
  });

  it("are left alone by a node that finds another at it", async () => {
    await makeStore(800);
    const client = await pool().connect();
    const before = await indexes();
    try {
      await client.query("SELECT pg_advisory_lock(hashtext('rejoinder vector indexes'))");
      await indexVectors(never);
      expect(await indexes()).toEqual(before);
    } finally {
      client.release(true);
    }
  });
});
