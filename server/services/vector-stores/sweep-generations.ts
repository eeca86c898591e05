import { clock } from "#server/clock";
import { config } from "#server/config";
import { findUnsweptStores, markSwept, removeStaleVectors, type UnsweptStore } from "#server/db/generation-vectors";
import { dropStaleIndexes } from "#server/db/vector-indexes";

const STORES = 50;
const VECTORS = 200;

/**
 * Removes what changes of embedding models have left: vectors of the model before, STALE_VECTORS_SECONDS after the last
 * search could have read them, and those of changes that failed or were ended.
 * @throws AppError database_unavailable
 */
export async function sweepGenerations(signal: AbortSignal): Promise<void> {
  const before = new Date(clock().now() - config().STALE_VECTORS_SECONDS);
  for (const store of await findUnsweptStores(before, STORES)) {
    signal.throwIfAborted();
    if (!config().embedded) await dropStaleIndexes(store);
    for (const side of ["before", "after"] as const) await removeAll(store, side, signal);
    await markSwept(store, new Date(clock().now()));
  }
}

/** In short statements: the embedded database serves nobody else meanwhile. */
async function removeAll(store: UnsweptStore, side: "before" | "after", signal: AbortSignal): Promise<void> {
  let removed: number;
  do {
    signal.throwIfAborted();
    removed = await removeStaleVectors(store, { side, limit: VECTORS });
  } while (removed === VECTORS);
}
