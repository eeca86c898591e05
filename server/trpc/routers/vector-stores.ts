import { z } from "zod";
import { searchSettingsOf } from "#server/protocol/retrieval-tests";
import {
  Attributes,
  ChunkingStrategy,
  CreateVectorStoreBody,
  EmbeddingSettings,
  FILE_STATUSES,
  UpdateVectorStoreBody,
} from "#server/protocol/vector-stores";
import { attachFiles } from "#server/services/vector-stores/attach-files";
import { cancelFile } from "#server/services/vector-stores/cancel-file";
import { changeEmbedding } from "#server/services/vector-stores/change-embedding";
import { createVectorStore } from "#server/services/vector-stores/create-vector-store";
import { deleteVectorStore } from "#server/services/vector-stores/delete-vector-store";
import { detachFile } from "#server/services/vector-stores/detach-file";
import { getEmbeddingUsage } from "#server/services/vector-stores/get-embedding-usage";
import { getVectorStore } from "#server/services/vector-stores/get-vector-store";
import { listChunks } from "#server/services/vector-stores/list-chunks";
import { listVectorStoreFiles } from "#server/services/vector-stores/list-vector-store-files";
import { listVectorStores } from "#server/services/vector-stores/list-vector-stores";
import { retryFailedFiles } from "#server/services/vector-stores/retry-failed-files";
import { retryFile } from "#server/services/vector-stores/retry-file";
import { searchVectorStores } from "#server/services/vector-stores/search-vector-stores";
import { updateVectorStore } from "#server/services/vector-stores/update-vector-store";
import { SearchInput } from "#server/trpc/routers/search-input";
import { traced } from "#server/trpc/trace";
import { router, teamProcedure } from "#server/trpc/trpc";

const StoreId = z.object({ vectorStoreId: z.string().min(1) });
const StoreFileId = StoreId.extend({ fileId: z.string().min(1) });
const Cursor = { cursor: z.string().nullish(), limit: z.int().min(1).max(100).default(50) };

const read = teamProcedure("vectorStores.read");
const write = teamProcedure("vectorStores.write");

function listQuery(input: { cursor?: string | null | undefined; limit: number }, order: "asc" | "desc") {
  return { limit: input.limit, order, after: input.cursor ?? null, before: null };
}

/** Vector stores: what is in them, how each file was read, and what a search finds. */
export const vectorStoresRouter = router({
  list: read.input(z.object(Cursor)).query(async ({ ctx, input }) => {
    const page = await listVectorStores({ ctx, input: { query: listQuery(input, "desc") } });
    return { rows: page.rows, nextCursor: page.hasMore ? (page.rows.at(-1)?.id ?? null) : null };
  }),

  usage: read.input(StoreId).query(({ ctx, input }) => getEmbeddingUsage({ ctx, input })),

  get: read.input(StoreId).query(({ ctx, input }) => getVectorStore({ ctx, input })),

  create: write.input(CreateVectorStoreBody).mutation(({ ctx, input }) => createVectorStore({ ctx, input })),

  update: write
    .input(StoreId.extend({ change: UpdateVectorStoreBody }))
    .mutation(({ ctx, input }) => updateVectorStore({ ctx, input })),

  /**
   * Begins a change of the embedding model, or with null ends the one under way. `get` tells how far it is: `build.status`
   * and `build.doneCount` of `totals.chunkCount`; `embeddingModel` and `dimensions` are what searches compare by until it is
   * `completed`.
   */
  changeEmbedding: write
    .input(StoreId.extend({ embedding: EmbeddingSettings.nullable() }))
    .mutation(({ ctx, input }) => changeEmbedding({ ctx, input })),

  delete: write.input(StoreId).mutation(({ ctx, input }) => deleteVectorStore({ ctx, input })),

  files: read
    .input(StoreId.extend({ ...Cursor, status: z.enum(FILE_STATUSES).nullish() }))
    .query(async ({ ctx, input }) => {
      const { vectorStoreId, status } = input;
      const query = listQuery(input, "desc");
      const page = await listVectorStoreFiles({ ctx, input: { vectorStoreId, query, status: status ?? null } });
      return { rows: page.rows, nextCursor: page.hasMore ? (page.rows.at(-1)?.fileId ?? null) : null };
    }),

  attachFiles: write
    .input(
      StoreId.extend({
        fileIds: z.array(z.string().min(1)).min(1).max(500),
        attributes: Attributes.default({}),
        chunkingStrategy: ChunkingStrategy.nullish(),
      }),
    )
    .mutation(({ ctx, input }) => attachFiles({ ctx, input: { ...input, strategy: input.chunkingStrategy ?? null } })),

  detachFile: write.input(StoreFileId).mutation(({ ctx, input }) => detachFile({ ctx, input })),

  retryFile: write.input(StoreFileId).mutation(({ ctx, input }) => retryFile({ ctx, input })),

  retryFailedFiles: write.input(StoreId).mutation(({ ctx, input }) => retryFailedFiles({ ctx, input })),

  cancelFile: write.input(StoreFileId).mutation(({ ctx, input }) => cancelFile({ ctx, input })),

  search: read.input(SearchInput).query(({ ctx, input }) => {
    const { vectorStoreId, query } = input;
    return traced(ctx, "test search", async (tracedCtx) => {
      tracedCtx.trace.set({ vectorStoreIds: [vectorStoreId], inputPreview: query });
      const { hits } = await searchVectorStores({
        ctx: tracedCtx,
        input: { vectorStoreIds: [vectorStoreId], queries: [query], ...searchSettingsOf(input) },
      });
      return hits;
    });
  }),

  chunks: read
    .input(StoreFileId.extend({ cursor: z.int().nullish(), limit: z.int().min(1).max(200).default(50) }))
    .query(async ({ ctx, input }) => {
      const { vectorStoreId, fileId, limit } = input;
      const rows = await listChunks({ ctx, input: { vectorStoreId, fileId, limit, after: input.cursor ?? -1 } });
      return { rows, nextCursor: rows.length === limit ? (rows.at(-1)?.ordinal ?? null) : null };
    }),
});
