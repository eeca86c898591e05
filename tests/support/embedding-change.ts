import { expect, vi } from "vitest";
import { setClock } from "#server/clock";
import { pool } from "#server/db/client";
import { AppError } from "#server/errors";
import type { EmbeddingSettings } from "#server/protocol/vector-stores";
import { createHashEmbedding } from "#server/providers/builtin/hash-embedding";
import type { Connection } from "#server/providers/provider";
import type { ServiceContext } from "#server/services/context";
import { resolveEmbeddingModel } from "#server/services/models/resolve-embedding-model";
import { attachFile } from "#server/services/vector-stores/attach-file";
import type { BuildPayload } from "#server/services/vector-stores/build-job";
import { buildVectors } from "#server/services/vector-stores/build-vectors";
import { changeEmbedding } from "#server/services/vector-stores/change-embedding";
import { type CreateVectorStoreInput, createVectorStore } from "#server/services/vector-stores/create-vector-store";
import { getVectorStore } from "#server/services/vector-stores/get-vector-store";
import { ingestFile } from "#server/services/vector-stores/ingest-file";
import { searchVectorStores } from "#server/services/vector-stores/search-vector-stores";
import { sweepGenerations } from "#server/services/vector-stores/sweep-generations";
import { storeTestFile } from "#tests/support/documents";
import { installFakeClock } from "#tests/support/fake-clock";

/** A request for vectors. */
export interface Asked {
  model: string;
  dimensions: number;
  kind: "document" | "query";
  texts: string[];
}

export interface EmbeddingScript {
  asked: Asked[];
  /** Runs before each request for documents' vectors. */
  before: (request: Asked) => Promise<void> | void;
}

const SCRIPTED: Connection = {
  ...{ id: "pc_scripted", name: "scripted", kind: "openai-compatible", baseUrl: "http://127.0.0.1:9/v1", apiKey: null },
  ...{ models: [], trusted: true },
};

/**
 * Puts models in the place of all others, each by how many numbers its vectors have; shorter ones can be asked for. The test
 * file spies on `resolve-embedding-model`.
 */
export function scriptEmbeddings(models: Record<string, number>): EmbeddingScript {
  const script: EmbeddingScript = { asked: [], before: () => {} };
  vi.mocked(resolveEmbeddingModel).mockImplementation(async ({ input }) => {
    const { model, reduceTo } = input;
    const dimensions = reduceTo ?? models[model];
    if (dimensions === undefined) throw new AppError("model_not_found", `No '${model}'.`, { param: "model" });
    const hashing = createHashEmbedding(dimensions);
    return {
      ...{ modelId: model, pinName: model, dimensions, attempts: 1 },
      serving: { connection: SCRIPTED, modelId: model, name: model, model: hashing, breaker: null },
      embed: async (texts, options) => {
        const request = { model, dimensions, kind: options.kind, texts };
        script.asked.push(request);
        if (options.kind === "document") await script.before(request);
        options.signal.throwIfAborted();
        return hashing.embed(texts, options);
      },
    };
  });
  return script;
}

const never = new AbortController().signal;
const TINY_CHUNKS = { type: "static" as const, static: { max_chunk_size_tokens: 100, chunk_overlap_tokens: 0 } };
let written = 0;

/** A text that no test before had, since one that is known is not embedded again: a hundred passages unless said otherwise. */
export function newText(sentences = 700): string {
  written += 1;
  return Array.from({ length: sentences }, (_, at) => `Sentence ${at} of text ${written} tells of ${at * 7}.`).join(
    " ",
  );
}

/** A vector store whose embedding model is changed. No worker runs: the test runs the jobs. */
export class ChangingStore {
  readonly ctx: ServiceContext;
  readonly teamId: string;
  readonly id: string;
  private readonly script: EmbeddingScript;

  private constructor(ctx: ServiceContext, id: string, script: EmbeddingScript) {
    this.ctx = ctx;
    this.teamId = ctx.principal.teamId;
    this.id = id;
    this.script = script;
  }

  static async make(
    ctx: ServiceContext,
    script: EmbeddingScript,
    input: CreateVectorStoreInput = { name: "s" },
  ): Promise<ChangingStore> {
    return new ChangingStore(ctx, (await createVectorStore({ ctx, input })).id, script);
  }

  /** A file that waits to be read. */
  async attach(content: string) {
    const { ctx, teamId, id: vectorStoreId } = this;
    const { id: fileId } = await storeTestFile(ctx, { filename: "a.txt", content });
    const input = { vectorStoreId, fileId, attributes: {}, strategy: TINY_CHUNKS };
    const { ingestId } = await attachFile({ ctx, input });
    return { teamId, vectorStoreId, fileId, ingestId };
  }

  /** A file, read into the store; gives its id. */
  async add(content = newText()): Promise<string> {
    const file = await this.attach(content);
    await ingestFile({ input: file, signal: never });
    return file.fileId;
  }

  view() {
    return getVectorStore({ ctx: this.ctx, input: { vectorStoreId: this.id } });
  }

  /** Begins a change, or ends the one under way. */
  async change(embedding: EmbeddingSettings | null): Promise<BuildPayload> {
    const { ctx, teamId, id: vectorStoreId } = this;
    const { build } = await changeEmbedding({ ctx, input: { vectorStoreId, embedding } });
    return { teamId, vectorStoreId, buildId: build?.buildId ?? "" };
  }

  run(build: BuildPayload, signal = never): Promise<void> {
    return buildVectors({ input: build, signal });
  }

  /** What its passages have in vectors: how many of how many numbers, by generation. */
  async vectors() {
    const { rows } = await pool().query<{ generation: number; vectors: number; dimensions: number[] }>(
      `SELECT generation, count(*)::int AS vectors, array_agg(DISTINCT vector_dims(embedding::vector)) AS dimensions
       FROM chunk_embedding WHERE team_id = $1 AND vector_store_id = $2 GROUP BY 1 ORDER BY 1`,
      [this.teamId, this.id],
    );
    return rows;
  }

  /** The ids of its passages. */
  async passages(): Promise<string[]> {
    const sql = "SELECT id::text FROM chunk WHERE team_id = $1 AND vector_store_id = $2 ORDER BY id";
    return (await pool().query<{ id: string }>(sql, [this.teamId, this.id])).rows.map((row) => row.id);
  }

  /** Searches by vectors alone; gives the model asked and the files found. */
  async search(query = "Sentence 7"): Promise<{ model: string; files: Set<string>; hits: number }> {
    const rankingOptions = { hybrid_search: { embedding_weight: 1, text_weight: 0 } };
    const bounds = { maxNumResults: 50, joinAdjacent: false };
    const input = { vectorStoreIds: [this.id], queries: [query], rankingOptions, ...bounds };
    const from = this.script.asked.length;
    const { hits } = await searchVectorStores({ ctx: this.ctx, input });
    const models = this.script.asked.slice(from).map(({ model, dimensions }) => `${model} ${dimensions}`);
    // Nearly the same passages are one result.
    const found = hits.reduce((sum, hit) => sum + 1 + (hit.duplicates?.length ?? 0), 0);
    return { model: models.join(), files: new Set(hits.map((hit) => hit.fileId)), hits: found };
  }

  /**
   * Once former vectors have had their time and are swept, nothing is left that does not belong: one vector a passage, of
   * one generation, and sizes that add up.
   */
  async expectWhole(expected: { generation: number; dimensions: number }): Promise<void> {
    installFakeClock(Date.now() + 61_000);
    await sweepGenerations(never).finally(() => setClock());
    const { generation, dimensions } = expected;
    const count = (await this.passages()).length;
    expect(await this.vectors()).toEqual(count === 0 ? [] : [{ generation, vectors: count, dimensions: [dimensions] }]);
    const { rows } = await pool().query(
      `SELECT s.file_id FROM vector_store_file s WHERE s.team_id = $1 AND s.vector_store_id = $2 AND s.status = 'completed'
         AND (s.chunk_count || ' ' || s.usage_bytes) IS DISTINCT FROM (
           SELECT count(*) || ' ' || coalesce(sum(octet_length(c.text) + pg_column_size(e.embedding)), 0)::bigint
           FROM chunk c JOIN chunk_embedding e ON e.team_id = c.team_id AND e.chunk_id = c.id
           WHERE c.team_id = $1 AND c.vector_store_id = $2 AND c.file_id = s.file_id)`,
      [this.teamId, this.id],
    );
    expect(rows).toEqual([]);
    expect(await this.view()).toMatchObject({ generation, dimensions });
  }
}
