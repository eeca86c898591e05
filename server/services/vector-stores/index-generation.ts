import { sleep } from "#server/clock";
import { config } from "#server/config";
import { buildVectorIndex, findIndexableStores, holdingIndexes } from "#server/db/vector-indexes";
import type { BuildRow, BuildScope } from "#server/db/vector-store-builds";
import { errorFacts, log } from "#server/log";

/**
 * Builds the index of a generation that no search reads yet, where the store is one that should have its own, and answers
 * whether it has it. Waits while another node builds one. Without it searches measure every vector until the job that
 * looks each minute has made it: no reason to give the generation up.
 */
export async function indexGeneration({
  scope,
  build,
  signal,
}: {
  scope: BuildScope;
  build: Pick<BuildRow, "generation" | "dimensions">;
  signal: AbortSignal;
}): Promise<boolean> {
  const { embedded, EXACT_SEARCH_MAX_CHUNKS, MAX_VECTOR_INDEXES, VECTOR_INDEX_POLL_SECONDS } = config();
  if (embedded) return false;
  let indexed = false;
  const index = () =>
    holdingIndexes(async (client) => {
      const wanted = { minChunks: EXACT_SEARCH_MAX_CHUNKS + 1, limit: MAX_VECTOR_INDEXES };
      const stores = await findIndexableStores(client, wanted);
      if (!stores.some(({ vectorStoreId }) => vectorStoreId === scope.vectorStoreId)) return;
      const { generation, dimensions } = build;
      await buildVectorIndex(client, { ...scope, generation, dimensions });
      indexed = true;
    });
  try {
    while (!(await index())) await sleep(VECTOR_INDEX_POLL_SECONDS, signal);
  } catch (error) {
    signal.throwIfAborted();
    log().warn({ ...errorFacts(error), vectorStoreId: scope.vectorStoreId }, "a vector index was not built in time");
  }
  return indexed;
}
