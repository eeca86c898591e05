import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { pool } from "#server/db/client";
import { findVectorStoreFile, type VectorStoreFileRow } from "#server/db/vector-store-files";
import { AppError } from "#server/errors";
import { startQueue, stopQueue } from "#server/jobs/queue";
import { stopReadWorkers } from "#server/retrieval/parse/worker-pool";
import type { ServiceContext } from "#server/services/context";
import { deleteFile } from "#server/services/files/delete-file";
import { resolveEmbeddingModel } from "#server/services/models/resolve-embedding-model";
import type { RoutedEmbeddingModel } from "#server/services/models/route-embedding-model";
import { systemContext } from "#server/services/setup/system-context";
import { attachFile } from "#server/services/vector-stores/attach-file";
import { createVectorStore } from "#server/services/vector-stores/create-vector-store";
import { deleteVectorStore } from "#server/services/vector-stores/delete-vector-store";
import { detachFile } from "#server/services/vector-stores/detach-file";
import { ingestFile } from "#server/services/vector-stores/ingest-file";
import { MAX_ATTEMPTS } from "#server/services/vector-stores/ingest-job";
import { retryFile } from "#server/services/vector-stores/retry-file";
import { createTeam, openTestDatabase, type TestDatabase } from "#tests/support/database";
import { storeTestFile } from "#tests/support/documents";

vi.mock("#server/services/models/resolve-embedding-model", { spy: true });

let written = 0;

/** A long text that no test before had: one that is known is not embedded again. */
function newText(): string {
  written += 1;
  const sentence = (index: number) => `Sentence number ${index} of text ${written} tells of matter ${index * 7}.`;
  return Array.from({ length: 700 }, (_, index) => sentence(index)).join(" ");
}

let database: TestDatabase;
let ctx: ServiceContext;
let teamId: string;
const never = new AbortController().signal;

beforeAll(async () => {
  database = await openTestDatabase({ EMBEDDING_CONCURRENCY: "1" });
  await startQueue();
  ({ teamId } = await createTeam());
  ctx = systemContext(teamId);
});

afterAll(async () => {
  await stopReadWorkers();
  await stopQueue();
  await database.close();
});

beforeEach(() => {
  vi.mocked(resolveEmbeddingModel).mockReset();
});

interface Attached {
  vectorStoreId: string;
  fileId: string;
  ingestId: string;
}

/** A file in a new store, waiting to be read. No worker runs here: the test does. */
async function attach(text = newText()): Promise<Attached> {
  const { id: vectorStoreId } = await createVectorStore({ ctx, input: { name: "s" } });
  const { id: fileId } = await storeTestFile(ctx, { filename: "a.txt", content: text });
  const strategy = { type: "static" as const, static: { max_chunk_size_tokens: 100, chunk_overlap_tokens: 0 } };
  const { ingestId } = await attachFile({ ctx, input: { vectorStoreId, fileId, attributes: {}, strategy } });
  return { vectorStoreId, fileId, ingestId };
}

const ingest = (file: Attached, signal: AbortSignal = never) => ingestFile({ input: { teamId, ...file }, signal });

async function stateOf({ vectorStoreId, fileId }: Attached): Promise<VectorStoreFileRow | null> {
  return findVectorStoreFile({ teamId, vectorStoreId, fileId });
}

async function count(table: "chunk" | "chunk_embedding", vectorStoreId: string): Promise<number> {
  const sql = `SELECT count(*)::int AS n FROM ${table} WHERE team_id = $1 AND vector_store_id = $2`;
  return (await pool().query<{ n: number }>(sql, [teamId, vectorStoreId])).rows[0]?.n ?? 0;
}

/** The built-in model, with something done before a batch is embedded. */
async function interfere(before: (batch: number) => Promise<void> | void): Promise<void> {
  const real = await resolveEmbeddingModel({ ctx, input: { model: "builtin/hash-1024", dimensions: 1024 } });
  let batch = 0;
  const model: RoutedEmbeddingModel = {
    ...real,
    embed: async (texts, options) => {
      await before(batch++);
      return real.embed(texts, options);
    },
  };
  vi.mocked(resolveEmbeddingModel).mockResolvedValue(model);
}

describe("ingestFile", () => {
  it("ends completed, with every chunk a span of the kept text and counters that add up", async () => {
    const file = await attach();
    await ingest(file);
    const state = await stateOf(file);
    const chunks = await count("chunk", file.vectorStoreId);
    expect(state).toMatchObject({
      status: "completed",
      step: "done",
      chunkCount: chunks,
      doneCount: chunks,
      totalCount: chunks,
    });
    expect(chunks).toBeGreaterThan(64);
    expect(await count("chunk_embedding", file.vectorStoreId)).toBe(chunks);
    const { rows } = await pool().query<{ text: string; whole: string; start: number; end: number }>(
      `SELECT c.text, t.text AS whole, c.char_start AS start, c.char_end AS end
       FROM chunk c JOIN file_text t ON t.team_id = c.team_id AND t.file_id = c.file_id WHERE c.file_id = $1`,
      [file.fileId],
    );
    for (const row of rows) expect(row.whole.slice(row.start, row.end)).toBe(row.text);
    const sums = await pool().query(
      `SELECT s.lexeme_count::int = (SELECT sum(lexeme_count) FROM chunk c WHERE c.file_id = s.file_id) AS same
       FROM vector_store_file s WHERE s.file_id = $1`,
      [file.fileId],
    );
    expect(sums.rows).toEqual([{ same: true }]);
  });

  it("goes on where it was interrupted, and writes nothing twice", async () => {
    const file = await attach();
    const controller = new AbortController();
    await interfere((batch) => {
      if (batch === 1) controller.abort(new Error("stopping"));
    });
    await expect(ingest(file, controller.signal)).rejects.toThrow("stopping");
    const half = await count("chunk", file.vectorStoreId);
    expect(half).toBeGreaterThan(0);
    expect(await stateOf(file)).toMatchObject({ status: "in_progress", step: "embedding", doneCount: half });

    const embedded: number[] = [];
    await interfere((batch) => void embedded.push(batch));
    await ingest(file);
    const state = await stateOf(file);
    expect(state?.status).toBe("completed");
    expect(await count("chunk", file.vectorStoreId)).toBe(state?.totalCount);
    const ordinals = await pool().query("SELECT count(DISTINCT ordinal)::int AS n FROM chunk WHERE file_id = $1", [
      file.fileId,
    ]);
    expect(ordinals.rows).toEqual([{ n: state?.totalCount }]);
    // Run once more, as a queue may: nothing changes.
    await ingest(file);
    expect(await stateOf(file)).toEqual(state);
  });

  it("run twice at the same time still writes each chunk once", async () => {
    const file = await attach();
    await Promise.all([ingest(file), ingest(file)]);
    const state = await stateOf(file);
    expect(state?.status).toBe("completed");
    expect(await count("chunk", file.vectorStoreId)).toBe(state?.chunkCount);
    expect(await count("chunk_embedding", file.vectorStoreId)).toBe(state?.chunkCount);
  });

  it.each([
    ["deleted", (file: Attached) => deleteFile({ ctx, input: { fileId: file.fileId } })],
    ["detached", (file: Attached) => detachFile({ ctx, input: file })],
    ["in a deleted store", (file: Attached) => deleteVectorStore({ ctx, input: file })],
  ])("stops quietly when the file is %s meanwhile, and leaves nothing", async (_name, remove) => {
    const file = await attach();
    await interfere(async (batch) => {
      if (batch === 1) await remove(file);
    });
    await ingest(file);
    expect(await stateOf(file)).toBeNull();
    expect(await count("chunk", file.vectorStoreId)).toBe(0);
    expect(await count("chunk_embedding", file.vectorStoreId)).toBe(0);
  });

  it("of an older attachment gives way to the newer one", async () => {
    const file = await attach();
    let newer: Attached | undefined;
    await interfere(async (batch) => {
      if (batch !== 1) return;
      const { ingestId } = await attachFile({ ctx, input: { ...file, attributes: {}, strategy: null } });
      newer = { ...file, ingestId };
    });
    await ingest(file);
    expect(await stateOf(file)).toMatchObject({ status: "in_progress", step: "queued", ingestId: newer?.ingestId });
    expect(await count("chunk", file.vectorStoreId)).toBe(0);
    vi.mocked(resolveEmbeddingModel).mockReset();
    if (newer) await ingest(newer);
    expect(await stateOf(file)).toMatchObject({ status: "completed", chunkingStrategy: { maxChunkSizeTokens: 400 } });
  });

  it("ends failed with the reason when the file cannot be read, and can be retried", async () => {
    const file = await attach(" \n ");
    await ingest(file);
    expect(await stateOf(file)).toMatchObject({
      status: "failed",
      errorCode: "invalid_file",
      errorMessage: "The file holds no text.",
    });
    const again = await retryFile({ ctx, input: file });
    expect(again).toMatchObject({
      status: "in_progress",
      errorCode: null,
      chunkingStrategy: { maxChunkSizeTokens: 100 },
    });
    expect(again.ingestId).not.toBe(file.ingestId);
  });

  it("is tried again when the provider fails, and fails with its words when it keeps failing", async () => {
    const file = await attach();
    await interfere(() => {
      throw new AppError("provider_error", "The provider said: no capacity.");
    });
    for (let attempt = 1; attempt < MAX_ATTEMPTS; attempt++) await expect(ingest(file)).rejects.toThrow("no capacity");
    expect(await stateOf(file)).toMatchObject({ status: "in_progress", attempts: MAX_ATTEMPTS - 1 });
    await ingest(file);
    expect(await stateOf(file)).toMatchObject({
      status: "failed",
      errorCode: "server_error",
      errorMessage: "The provider said: no capacity.",
    });
  });

  it("fails at once when another try cannot help", async () => {
    const file = await attach();
    await interfere(() => {
      throw new AppError("provider_auth_error", "The provider refused the key.");
    });
    await ingest(file);
    expect(await stateOf(file)).toMatchObject({ status: "failed", errorMessage: "The provider refused the key." });
  });

  it("leaves no chunk that another run of it writes at the last moment", async () => {
    const file = await attach();
    await interfere(() => {
      throw new AppError("provider_auth_error", "The provider refused the key.");
    });
    // In place of a run on another connection, whose chunks are committed while this one waits for the row's lock.
    await pool().query(
      `CREATE FUNCTION write_last() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
         INSERT INTO chunk (team_id, vector_store_id, file_id, ordinal, char_start, char_end, heading_path, text,
                            token_count, lexeme_count, tsv)
         VALUES (NEW.team_id, NEW.vector_store_id, NEW.file_id, 0, 0, 1, '', 'x', 1, 1, 'x');
         RETURN NEW;
       END $$;
       CREATE TRIGGER write_last BEFORE UPDATE ON vector_store_file FOR EACH ROW WHEN (NEW.status = 'failed')
         EXECUTE FUNCTION write_last()`,
    );
    try {
      await ingest(file);
    } finally {
      await pool().query("DROP TRIGGER write_last ON vector_store_file; DROP FUNCTION write_last");
    }
    expect(await stateOf(file)).toMatchObject({ status: "failed", chunkCount: 0 });
    expect(await count("chunk", file.vectorStoreId)).toBe(0);
  });

  it("gives up a file whose reading ends the process each time", async () => {
    const file = await attach();
    await pool().query("UPDATE vector_store_file SET attempts = $2 WHERE file_id = $1", [file.fileId, MAX_ATTEMPTS]);
    await ingest(file);
    expect(await stateOf(file)).toMatchObject({
      status: "failed",
      errorMessage: expect.stringContaining("interrupted"),
    });
  });
});
