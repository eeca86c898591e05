import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { config, setConfig } from "#server/config";
import { pool } from "#server/db/client";
import type { FileBatchRow } from "#server/db/file-batches";
import { findVectorStoreFile } from "#server/db/vector-store-files";
import { newId } from "#server/ids";
import { startQueue, stopQueue } from "#server/jobs/queue";
import { CreateFileBatchBody } from "#server/protocol/vector-stores";
import { stopReadWorkers } from "#server/retrieval/parse/worker-pool";
import type { ServiceContext } from "#server/services/context";
import { resolveEmbeddingModel } from "#server/services/models/resolve-embedding-model";
import type { RoutedEmbeddingModel } from "#server/services/models/route-embedding-model";
import { systemContext } from "#server/services/setup/system-context";
import { attachFile } from "#server/services/vector-stores/attach-file";
import { cancelFileBatch } from "#server/services/vector-stores/cancel-file-batch";
import { createFileBatch } from "#server/services/vector-stores/create-file-batch";
import { createVectorStore } from "#server/services/vector-stores/create-vector-store";
import { detachFile } from "#server/services/vector-stores/detach-file";
import { toFileBatchObject } from "#server/services/vector-stores/file-batch-object";
import { getFileBatch } from "#server/services/vector-stores/get-file-batch";
import { ingestFile } from "#server/services/vector-stores/ingest-file";
import { listVectorStoreFiles } from "#server/services/vector-stores/list-vector-store-files";
import { retryFile } from "#server/services/vector-stores/retry-file";
import { createTeam, openTestDatabase, type TestDatabase } from "#tests/support/database";
import { storeTestFile } from "#tests/support/documents";

vi.mock("#server/services/models/resolve-embedding-model", { spy: true });

const never = new AbortController().signal;
const TEXT = Array.from({ length: 900 }, (_, index) => `Sentence number ${index} tells of matter ${index * 7}.`).join(
  " ",
);

let database: TestDatabase;
let ctx: ServiceContext;
let teamId: string;
let vectorStoreId: string;

beforeAll(async () => {
  database = await openTestDatabase({ EMBEDDING_CONCURRENCY: "1" });
  await startQueue();
  ({ teamId } = await createTeam());
  ctx = systemContext(teamId);
  vectorStoreId = (await createVectorStore({ ctx, input: { name: "s" } })).id;
});
afterAll(async () => {
  await stopReadWorkers();
  await stopQueue();
  await database.close();
});
afterEach(() => {
  vi.mocked(resolveEmbeddingModel).mockReset();
});

async function files(...contents: string[]): Promise<string[]> {
  const rows = await Promise.all(
    contents.map((content, index) => storeTestFile(ctx, { filename: `${index}.txt`, content })),
  );
  return rows.map((row) => row.id);
}

function attachAll(body: object): Promise<FileBatchRow> {
  return createFileBatch({ ctx, input: { vectorStoreId, body: CreateFileBatchBody.parse(body) } });
}

/** Reads a file as its job would: no worker runs here. */
async function ingest(fileId: string): Promise<void> {
  const row = await findVectorStoreFile({ teamId, vectorStoreId, fileId });
  await ingestFile({ input: { teamId, vectorStoreId, fileId, ingestId: row?.ingestId ?? "" }, signal: never });
}

const get = (batch: { id: string }) => getFileBatch({ ctx, input: { vectorStoreId, batchId: batch.id } });

async function chunksOf(fileId: string): Promise<number> {
  const { rows } = await pool().query("SELECT 1 FROM chunk WHERE team_id = $1 AND file_id = $2", [teamId, fileId]);
  return rows.length;
}

async function jobsOf(fileId: string): Promise<number> {
  const sql = "SELECT 1 FROM pgboss.job WHERE name = 'ingest-file' AND data -> 'payload' ->> 'fileId' = $1";
  return (await pool().query(sql, [fileId])).rows.length;
}

describe("a batch of files", () => {
  it("counts its files as they are read, and tells them by status", async () => {
    const [good = "", empty = "", waiting = ""] = await files("The heron waits.", "  ", "The egret too.");
    const batch = await attachAll({ file_ids: [good, empty, waiting, good] });
    expect(toFileBatchObject(batch)).toMatchObject({
      object: "vector_store.files_batch",
      vector_store_id: vectorStoreId,
      status: "in_progress",
      file_counts: { in_progress: 3, completed: 0, failed: 0, cancelled: 0, total: 3 },
    });
    expect(await jobsOf(good)).toBe(1);
    await ingest(good);
    await ingest(empty);
    const list = async (status: "failed" | "in_progress" | null) => {
      const query = { limit: 10, order: "asc" as const, after: null, before: null };
      const input = { vectorStoreId, batchId: batch.id, query, status };
      return (await listVectorStoreFiles({ ctx, input })).rows.map((row) => row.fileId);
    };
    expect(await list("failed")).toEqual([empty]);
    expect(await list("in_progress")).toEqual([waiting]);
    expect(await list(null)).toHaveLength(3);
    await ingest(waiting);
    expect(toFileBatchObject(await get(batch))).toMatchObject({
      status: "completed",
      file_counts: { in_progress: 0, completed: 2, failed: 1, cancelled: 0, total: 3 },
    });
    await detachFile({ ctx, input: { vectorStoreId, fileId: good } });
    expect(toFileBatchObject(await get(batch)).file_counts).toMatchObject({ completed: 1, failed: 1, total: 2 });
    expect(await list(null)).toHaveLength(2);
  });

  it("has failed when no file of it could be read", async () => {
    const ids = await files(" ", "\n");
    const batch = await attachAll({ file_ids: ids });
    for (const id of ids) await ingest(id);
    expect(toFileBatchObject(await get(batch)).status).toBe("failed");
  });

  it("gives each file its own attributes and chunking, or all the same", async () => {
    const [a = "", b = ""] = await files("One.", "Two.");
    const chunking = { type: "static", static: { max_chunk_size_tokens: 200, chunk_overlap_tokens: 50 } };
    await attachAll({
      files: [
        { file_id: a, attributes: { year: 2024 }, chunking_strategy: chunking },
        { file_id: b, attributes: { draft: true } },
      ],
      attributes: { ignored: "yes" },
    });
    expect(await findVectorStoreFile({ teamId, vectorStoreId, fileId: a })).toMatchObject({
      attributes: { year: 2024 },
      chunkingStrategy: { maxChunkSizeTokens: 200, chunkOverlapTokens: 50 },
    });
    expect(await findVectorStoreFile({ teamId, vectorStoreId, fileId: b })).toMatchObject({
      attributes: { draft: true },
      chunkingStrategy: { maxChunkSizeTokens: 400 },
    });
    const [c = "", d = ""] = await files("Three.", "Four.");
    await attachAll({ file_ids: [c, d], attributes: { team: "ops" } });
    for (const fileId of [c, d]) {
      expect(await findVectorStoreFile({ teamId, vectorStoreId, fileId })).toMatchObject({
        attributes: { team: "ops" },
      });
    }
  });

  it("leaves files that are read as they are, but for their attributes, and reads failed ones anew", async () => {
    const [read = "", failed = ""] = await files("The stork flies.", " ");
    await attachAll({ file_ids: [read, failed] });
    await ingest(read);
    await ingest(failed);
    const chunks = await chunksOf(read);
    const again = await attachAll({ file_ids: [failed, read], attributes: { again: true } });
    expect(toFileBatchObject(again).file_counts).toMatchObject({ completed: 1, in_progress: 1, total: 2 });
    expect(await chunksOf(read)).toBe(chunks);
    expect(await findVectorStoreFile({ teamId, vectorStoreId, fileId: read })).toMatchObject({
      attributes: { again: true },
      status: "completed",
    });
    expect([await jobsOf(read), await jobsOf(failed)]).toEqual([1, 2]);
  });

  it("cancelled while a file is being read leaves what is read, and of the rest no chunk", async () => {
    const [done = "", reading = "", waiting = ""] = await files("The crane sleeps.", TEXT, "The ibis too.");
    const strategy = { type: "static", static: { max_chunk_size_tokens: 100, chunk_overlap_tokens: 0 } };
    const batch = await attachAll({ file_ids: [done, reading, waiting], chunking_strategy: strategy });
    await ingest(done);
    const real = await resolveEmbeddingModel({ ctx, input: { model: "builtin/hash-1024", dimensions: 1024 } });
    let embedded = 0;
    const model: RoutedEmbeddingModel = {
      ...real,
      embed: async (texts, options) => {
        if (embedded++ === 1) {
          expect(await chunksOf(reading)).toBeGreaterThan(0);
          const cancelled = await cancelFileBatch({ ctx, input: { vectorStoreId, batchId: batch.id } });
          expect(toFileBatchObject(cancelled)).toMatchObject({
            status: "cancelled",
            file_counts: { in_progress: 0, completed: 1, failed: 0, cancelled: 2, total: 3 },
          });
        }
        return real.embed(texts, options);
      },
    };
    vi.mocked(resolveEmbeddingModel).mockResolvedValue(model);
    await ingest(reading);
    await ingest(waiting);
    expect(embedded).toBe(2);
    expect([await chunksOf(reading), await chunksOf(waiting)]).toEqual([0, 0]);
    expect(await chunksOf(done)).toBeGreaterThan(0);
    expect(toFileBatchObject(await cancelFileBatch({ ctx, input: { vectorStoreId, batchId: batch.id } }))).toEqual(
      toFileBatchObject(await get(batch)),
    );
    vi.mocked(resolveEmbeddingModel).mockReset();
    await retryFile({ ctx, input: { vectorStoreId, fileId: waiting } });
    await ingest(waiting);
    expect(await findVectorStoreFile({ teamId, vectorStoreId, fileId: waiting })).toMatchObject({
      status: "completed",
    });
  });

  it("that has ended is not cancelled any more", async () => {
    const [id = ""] = await files("The swan dives.");
    const batch = await attachAll({ file_ids: [id] });
    await ingest(id);
    const answer = await cancelFileBatch({ ctx, input: { vectorStoreId, batchId: batch.id } });
    expect(toFileBatchObject(answer).status).toBe("completed");
  });

  it("with a file that is not the team's attaches none, and names it", async () => {
    const [mine = ""] = await files("Mine.");
    const { teamId: otherTeam } = await createTeam();
    const theirs = (await storeTestFile(systemContext(otherTeam), { filename: "a.txt", content: "Theirs." })).id;
    for (const fileId of [theirs, newId("file")]) {
      await expect(attachAll({ file_ids: [mine, fileId] })).rejects.toMatchObject({
        code: "not_found",
        param: "file_ids[1]",
        message: `No such File object: ${fileId}`,
      });
    }
    expect(await findVectorStoreFile({ teamId, vectorStoreId, fileId: mine })).toBeNull();
    expect(await jobsOf(mine)).toBe(0);
    const batch = await attachAll({ files: [{ file_id: mine }] });
    const foreign = systemContext(otherTeam);
    const input = { vectorStoreId, batchId: batch.id };
    for (const use of [getFileBatch, cancelFileBatch]) {
      await expect(use({ ctx: foreign, input })).rejects.toMatchObject({ code: "not_found", param: "vector_store_id" });
    }
    const { id: otherStore } = await createVectorStore({ ctx: foreign, input: {} });
    await expect(
      getFileBatch({ ctx: foreign, input: { vectorStoreId: otherStore, batchId: batch.id } }),
    ).rejects.toMatchObject({ code: "not_found", param: "batch_id" });
    const page = { query: { limit: 1, order: "asc" as const, after: null, before: null }, status: null };
    await expect(listVectorStoreFiles({ ctx: foreign, input: { ...input, ...page } })).rejects.toMatchObject({
      param: "vector_store_id",
      message: `Vector store with id '${vectorStoreId}' not found.`,
    });
    for (const batchId of [batch.id, newId("vectorStoreFileBatch")]) {
      const asked = { vectorStoreId: otherStore, batchId, ...page };
      await expect(listVectorStoreFiles({ ctx: foreign, input: asked })).rejects.toMatchObject({
        code: "not_found",
        param: "batch_id",
        message: `No file batch found with id '${batchId}' in vector store '${otherStore}'.`,
      });
    }
    await expect(cancelFileBatch({ ctx: foreign, input })).rejects.toMatchObject({ code: "not_found" });
    expect(toFileBatchObject(await get(batch)).status).toBe("in_progress");
  });

  it("may be as large as 2,000 files", async () => {
    const ids = Array.from({ length: 2000 }, () => newId("file"));
    await pool().query(
      `INSERT INTO file (team_id, id, filename, purpose, bytes, sha256, media_type, created_at)
       SELECT $1, unnest($2::text[]), 'a.txt', 'assistants', 1, 'x', 'text/plain', now()`,
      [teamId, ids],
    );
    const batch = await attachAll({ file_ids: ids });
    expect(batch).toMatchObject({ inProgress: 2000, total: 2000 });
    const cancelled = await cancelFileBatch({ ctx, input: { vectorStoreId, batchId: batch.id } });
    expect(cancelled).toMatchObject({ inProgress: 0, cancelled: 2000 });
  });
});

describe("the queue of a team", () => {
  it("takes no more when it is full, and says when to try again; another team's is its own", async () => {
    const before = config();
    const { teamId: smallTeam } = await createTeam();
    const small = systemContext(smallTeam);
    const other = systemContext((await createTeam()).teamId);
    setConfig({ ...before, INGEST_MAX_QUEUED_FILES: 2 });
    try {
      const attach = async (who: ServiceContext, store: string, content: string) => {
        const { id: fileId } = await storeTestFile(who, { filename: "a.txt", content });
        const input = { vectorStoreId: store, fileId, attributes: {}, strategy: null };
        return attachFile({ ctx: who, input });
      };
      const { id: store } = await createVectorStore({ ctx: small, input: {} });
      const first = await attach(small, store, "One.");
      await attach(small, store, "Two.");
      const full = { code: "rate_limit_exceeded", retryAfterMs: 10_000, message: expect.stringContaining("2 files") };
      await expect(attach(small, store, "Three.")).rejects.toMatchObject(full);
      await expect(createVectorStore({ ctx: small, input: { file_ids: [first.fileId] } })).rejects.toMatchObject(full);
      // What waits already may be attached again.
      const again = { vectorStoreId: store, fileId: first.fileId, attributes: { a: 1 }, strategy: null };
      expect(await attachFile({ ctx: small, input: again })).toMatchObject({ attributes: { a: 1 } });
      const { id: elsewhere } = await createVectorStore({ ctx: other, input: {} });
      await attach(other, elsewhere, "One.");
      const { ingestId, fileId } = first;
      await ingestFile({ input: { teamId: smallTeam, vectorStoreId: store, fileId, ingestId }, signal: never });
      await attach(small, store, "Four.");
    } finally {
      setConfig(before);
    }
  });
});
