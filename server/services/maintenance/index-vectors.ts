import { config } from "#server/config";
import { buildVectorIndex, dropOtherIndexes, findIndexableStores, holdingIndexes } from "#server/db/vector-indexes";
import { log } from "#server/log";

/**
 * Gives each vector store of more chunks than EXACT_SEARCH_MAX_CHUNKS an index of its own, the largest first up to
 * MAX_VECTOR_INDEXES, and drops those that no store should have any more. One node at a time, and none on the embedded
 * database, where building takes twenty times as long.
 * @throws AppError database_unavailable
 */
export async function indexVectors(signal: AbortSignal): Promise<void> {
  const { embedded, EXACT_SEARCH_MAX_CHUNKS, MAX_VECTOR_INDEXES } = config();
  if (embedded) return;
  await holdingIndexes(async (client) => {
    const wanted = { minChunks: EXACT_SEARCH_MAX_CHUNKS + 1, limit: MAX_VECTOR_INDEXES };
    const stores = await findIndexableStores(client, wanted);
    const dropped = await dropOtherIndexes(client, stores);
    if (dropped.length > 0) log().info({ indexes: dropped }, "dropped the vector indexes of stores that need none");
    for (const store of stores) {
      if (signal.aborted) return;
      const built = await buildVectorIndex(client, store);
      if (built) log().info({ vectorStoreId: store.vectorStoreId }, "built a vector index");
    }
  });
}
