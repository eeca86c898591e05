import { listTestSets as readTestSets, type TestSetRow } from "#server/db/retrieval-tests";
import type { ServiceContext } from "#server/services/context";
import { requireVectorStore } from "#server/services/vector-stores/vector-store-view";

/**
 * The test sets of a store, oldest first, with how many queries each has.
 * @throws AppError not_found, database_unavailable
 */
export async function listTestSets({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: { vectorStoreId: string };
}): Promise<(TestSetRow & { queries: number })[]> {
  await requireVectorStore(ctx, input.vectorStoreId);
  return readTestSets(ctx.principal.teamId, input.vectorStoreId);
}
