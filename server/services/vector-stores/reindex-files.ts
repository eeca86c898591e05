import { findPresentFiles } from "#server/db/vector-store-files";
import { holdVectorStore } from "#server/db/vector-stores";
import type { ChunkingStrategy } from "#server/protocol/vector-stores";
import type { ServiceContext } from "#server/services/context";
import { addFiles, inIngestTransaction } from "#server/services/vector-stores/add-files";
import { toChunkingObject } from "#server/services/vector-stores/chunking";
import { openVectorStores } from "#server/services/vector-stores/open-vector-stores";

/**
 * Has files of a store cut and indexed anew, with the attributes they have; cut as before, or by `strategy`. They cannot
 * be found until they are ready again. What is not in the store is passed over. Answers how many were.
 * @throws AppError not_found for the store; invalid_request for an expired one; rate_limit_exceeded when too many files wait
 *   to be read; database_unavailable
 */
export async function reindexFiles({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: { vectorStoreId: string; fileIds: readonly string[]; strategy: ChunkingStrategy | null };
}): Promise<{ started: number }> {
  const { vectorStoreId, fileIds, strategy } = input;
  await openVectorStores({ ctx, input: { ids: [vectorStoreId], param: "vectorStoreId" } });
  const store = { teamId: ctx.principal.teamId, vectorStoreId };
  return inIngestTransaction(async (tx) => {
    // Before its files, as a change of the embedding model locks them.
    await holdVectorStore(store, tx);
    const present = await findPresentFiles(store, fileIds, tx);
    const files = present.map(({ fileId, attributes, chunkingStrategy }) => ({
      ...{ fileId, attributes, param: "fileIds" },
      strategy: strategy ?? toChunkingObject(chunkingStrategy),
    }));
    if (files.length > 0) await addFiles({ tx, store, files, present: "read anew" });
    return { started: files.length };
  });
}
