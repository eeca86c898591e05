import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { pool } from "#server/db/client";
import { findVectorStoreFile } from "#server/db/vector-store-files";
import { startQueue, stopQueue } from "#server/jobs/queue";
import { createHashEmbedding } from "#server/providers/builtin/hash-embedding";
import { stopReadWorkers } from "#server/retrieval/parse/worker-pool";
import type { ServiceContext } from "#server/services/context";
import { resolveEmbeddingModel } from "#server/services/models/resolve-embedding-model";
import type { RoutedEmbeddingModel } from "#server/services/models/route-embedding-model";
import { systemContext } from "#server/services/setup/system-context";
import { attachFile } from "#server/services/vector-stores/attach-file";
import { createVectorStore } from "#server/services/vector-stores/create-vector-store";
import { ingestFile } from "#server/services/vector-stores/ingest-file";
import { searchVectorStores } from "#server/services/vector-stores/search-vector-stores";
import { createTeam, openTestDatabase, type TestDatabase } from "#tests/support/database";
import { storeTestFile } from "#tests/support/documents";

vi.mock("#server/services/models/resolve-embedding-model", { spy: true });

let database: TestDatabase;

beforeAll(async () => {
  database = await openTestDatabase({ EMBEDDING_CONCURRENCY: "3" });
  await startQueue();
});

afterAll(async () => {
  await stopReadWorkers();
  await stopQueue();
  await database.close();
});

beforeEach(() => {
  vi.mocked(resolveEmbeddingModel).mockReset();
});

interface Watched {
  texts: string[];
  mostAtOnce: number;
}

/** Hashes words into vectors of `dimensions` numbers under a model's name, and notes what it is asked. */
async function watchModel(
  pinName: string,
  dimensions: number,
  before?: (call: number) => Promise<void> | void,
): Promise<Watched> {
  const watched: Watched = { texts: [], mostAtOnce: 0 };
  const hashing = createHashEmbedding(dimensions);
  const ctx = systemContext((await createTeam()).teamId);
  const real = await resolveEmbeddingModel({ ctx, input: { model: "builtin/hash-1024", dimensions: 1024 } });
  let atOnce = 0;
  let calls = 0;
  const model: RoutedEmbeddingModel = {
    ...real,
    pinName,
    dimensions,
    embed: async (texts, options) => {
      watched.texts.push(...texts);
      watched.mostAtOnce = Math.max(watched.mostAtOnce, ++atOnce);
      await before?.(calls++);
      atOnce -= 1;
      return hashing.embed(texts, options);
    },
  };
  vi.mocked(resolveEmbeddingModel).mockResolvedValue(model);
  return watched;
}

const strategy = { type: "static" as const, static: { max_chunk_size_tokens: 100, chunk_overlap_tokens: 0 } };

async function attach(ctx: ServiceContext, content: string) {
  const { id: vectorStoreId } = await createVectorStore({ ctx, input: { name: "s" } });
  const { id: fileId } = await storeTestFile(ctx, { filename: "a.txt", content });
  const { ingestId } = await attachFile({ ctx, input: { vectorStoreId, fileId, attributes: {}, strategy } });
  return { teamId: ctx.principal.teamId, vectorStoreId, fileId, ingestId };
}

/** Reads a text into a store of its own. */
async function read(ctx: ServiceContext, content: string) {
  const file = await attach(ctx, content);
  await ingestFile({ input: file, signal: new AbortController().signal });
  const state = await findVectorStoreFile(file);
  expect(state?.status).toBe("completed");
  return { ...file, chunks: state?.chunkCount ?? 0 };
}

async function vectorsOf(file: { fileId: string }): Promise<string[]> {
  const { rows } = await pool().query<{ vector: string }>(
    `SELECT e.embedding::text AS vector FROM chunk c JOIN chunk_embedding e ON e.team_id = c.team_id AND e.chunk_id = c.id
     WHERE c.file_id = $1 ORDER BY c.ordinal`,
    [file.fileId],
  );
  return rows.map((row) => row.vector);
}

async function newTeam(): Promise<ServiceContext> {
  return systemContext((await createTeam()).teamId);
}

const longText = (name: string) =>
  Array.from({ length: 900 }, (_, index) => `Sentence ${index} of ${name} is about matter ${index * 7}.`).join(" ");

describe("embedding a document", () => {
  it("asks for a text once in a team and model, never takes another team's, nor another model's", async () => {
    const ctx = await newTeam();
    const first = await watchModel("v/small", 64);
    const file = await read(ctx, longText("one"));
    expect(first.texts).toHaveLength(file.chunks);
    const again = await read(ctx, longText("one"));
    expect(first.texts).toHaveLength(file.chunks);
    expect(await vectorsOf(again)).toEqual(await vectorsOf(file));

    await read(await newTeam(), longText("one"));
    expect(first.texts).toHaveLength(2 * file.chunks);
    for (const [name, dimensions] of [["v/large", 64] as const, ["v/small", 32] as const]) {
      const other = await watchModel(name, dimensions);
      await read(ctx, longText("one"));
      expect(other.texts).toHaveLength(file.chunks);
    }
  });

  it("asks once for passages of one file that say the same, and writes each", async () => {
    const watched = await watchModel("v/small", 16);
    const row = "The same line of ninety tokens, again and again, so that each passage is like the others. ".repeat(4);
    const file = await read(await newTeam(), Array.from({ length: 200 }, () => row.trim()).join("\n\n"));
    expect(file.chunks).toBeGreaterThan(100);
    expect(new Set(watched.texts).size).toBe(watched.texts.length);
    expect(watched.texts.length).toBeLessThan(file.chunks / 10);
    expect(await vectorsOf(file)).toHaveLength(file.chunks);
  });

  it("embeds nothing twice when it is interrupted and goes on", async () => {
    const ctx = await newTeam();
    // Long enough for more than four batches, also of a native Postgres's size.
    const file = await attach(ctx, ["two", "and two", "and more", "and more yet"].map(longText).join(" "));
    const stop = new AbortController();
    const before = await watchModel("v/small", 16, (call) => {
      if (call === 3) stop.abort(new Error("stopping"));
    });
    await expect(ingestFile({ input: file, signal: stop.signal })).rejects.toThrow("stopping");
    const kept = new Set(await vectorsOf(file)).size;
    expect(kept).toBeGreaterThan(0);
    const after = await watchModel("v/small", 16);
    await ingestFile({ input: file, signal: new AbortController().signal });
    const state = await findVectorStoreFile(file);
    expect(state?.status).toBe("completed");
    // Only what was asked for and not yet written is asked for again.
    expect(after.texts).toHaveLength((state?.chunkCount ?? 0) - kept);
    expect(before.texts.length).toBeGreaterThanOrEqual(kept);
  });

  it("asks for EMBEDDING_CONCURRENCY batches at once, and no more", async () => {
    const together = () => vi.waitFor(() => expect(watched.mostAtOnce).toBeGreaterThanOrEqual(3), { interval: 5 });
    const watched: Watched = await watchModel("v/small", 16, together);
    await read(await newTeam(), longText("three") + longText("four") + longText("five") + longText("six"));
    expect(watched.mostAtOnce).toBe(3);
  });

  it("keeps passages whose vector is all zeros; words find them", async () => {
    const ctx = await newTeam();
    await watchModel("v/zero", 8);
    vi.mocked(resolveEmbeddingModel).mockResolvedValue({
      ...(await resolveEmbeddingModel({ ctx, input: { model: "v/zero", dimensions: 8 } })),
      embed: async (texts) => texts.map(() => new Array<number>(8).fill(0)),
    });
    const { vectorStoreId } = await read(ctx, "Zebras graze in the morning.");
    const input = { vectorStoreIds: [vectorStoreId], queries: ["zebras"], maxNumResults: 5 };
    const { hits } = await searchVectorStores({ ctx, input });
    expect(hits.map((hit) => hit.text)).toEqual(["Zebras graze in the morning."]);
  });

  it("takes vectors of 4,000 numbers", async () => {
    const ctx = await newTeam();
    await watchModel("v/wide", 4000);
    const { vectorStoreId } = await read(ctx, longText("wide"));
    const input = { vectorStoreIds: [vectorStoreId], queries: ["matter 700"], maxNumResults: 3 };
    const rankingOptions = { hybrid_search: { embedding_weight: 1, text_weight: 0 } };
    const { hits } = await searchVectorStores({ ctx, input: { ...input, rankingOptions } });
    expect(hits[0]?.text).toContain("matter 700");
  });
});
