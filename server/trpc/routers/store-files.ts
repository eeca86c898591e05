import { z } from "zod";
import { Attributes, ChunkingStrategy, FILE_STATUSES } from "#server/protocol/vector-stores";
import { browseFiles } from "#server/services/vector-stores/browse-files";
import { changeAttributes } from "#server/services/vector-stores/change-attributes";
import { detachFiles } from "#server/services/vector-stores/detach-files";
import { findInFile } from "#server/services/vector-stores/find-in-file";
import { getVectorStoreFile } from "#server/services/vector-stores/get-vector-store-file";
import { listFileIds } from "#server/services/vector-stores/list-file-ids";
import { openFilePart } from "#server/services/vector-stores/open-file-part";
import { previewCut } from "#server/services/vector-stores/preview-cut";
import { reindexFiles } from "#server/services/vector-stores/reindex-files";
import { router, teamProcedure } from "#server/trpc/trpc";

const StoreId = z.object({ vectorStoreId: z.string().min(1) });
const Several = StoreId.extend({ fileIds: z.array(z.string().min(1)).min(1).max(500) });
const Filter = StoreId.extend({ status: z.enum(FILE_STATUSES).nullish(), name: z.string().max(256).nullish() });

const BrowseInput = Filter.extend({
  cursor: z.string().nullish(),
  limit: z.int().min(1).max(200).default(100),
  sort: z.enum(["added", "name", "size", "chunks"]).default("added"),
  order: z.enum(["asc", "desc"]).default("desc"),
});

const ChangeInput = Several.extend({
  set: Attributes.default({}),
  remove: z.array(z.string().max(64)).max(16).default([]),
});

const One = StoreId.extend({ fileId: z.string().min(1) });
const PartInput = One.extend({
  chunkId: z.string().max(40).nullish(),
  page: z.int().min(1).nullish(),
  offset: z.int().min(0).default(0),
});
const PreviewInput = z.object({
  fileId: z.string().min(1),
  chunkingStrategy: ChunkingStrategy.nullish(),
  cursor: z.int().min(0).nullish(),
});

const read = teamProcedure("vectorStores.read");
const write = teamProcedure("vectorStores.write");

function filterOf({ vectorStoreId, status, name }: z.output<typeof Filter>) {
  return { vectorStoreId, status: status ?? null, name: name?.trim() || null };
}

/** The files of a store as a table of thousands: found, sorted, and changed many at a time. */
export const storeFilesRouter = router({
  browse: read.input(BrowseInput).query(({ ctx, input }) => {
    const { sort, order, limit } = input;
    return browseFiles({ ctx, input: { ...filterOf(input), sort, order, limit, after: input.cursor ?? null } });
  }),

  ids: read.input(Filter).query(({ ctx, input }) => listFileIds({ ctx, input: filterOf(input) })),

  get: read.input(One).query(({ ctx, input }) => getVectorStoreFile({ ctx, input })),

  part: read
    .input(PartInput)
    .query(({ ctx, input }) =>
      openFilePart({ ctx, input: { ...input, chunkId: input.chunkId ?? null, page: input.page ?? null } }),
    ),

  find: read
    .input(One.extend({ words: z.string().trim().min(1).max(256) }))
    .query(({ ctx, input }) => findInFile({ ctx, input })),

  // Of files in no store yet, too; reading one is work that only those who may change stores can ask for.
  previewCut: write.input(PreviewInput).query(({ ctx, input }) => {
    const { fileId, chunkingStrategy, cursor } = input;
    return previewCut({ ctx, input: { fileId, strategy: chunkingStrategy ?? null, from: cursor ?? 0 } });
  }),

  detach: write.input(Several).mutation(({ ctx, input }) => detachFiles({ ctx, input })),

  reindex: write
    .input(Several.extend({ chunkingStrategy: ChunkingStrategy.nullish() }))
    .mutation(({ ctx, input }) => reindexFiles({ ctx, input: { ...input, strategy: input.chunkingStrategy ?? null } })),

  changeAttributes: write.input(ChangeInput).mutation(({ ctx, input }) => changeAttributes({ ctx, input })),
});
