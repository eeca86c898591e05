import { listStoreFileIds, type StoreFileFilter } from "#server/db/store-file-table";
import type { ServiceContext } from "#server/services/context";
import { requireVectorStore } from "#server/services/vector-stores/vector-store-view";

/** Ids in one answer. */
const MAX_IDS = 20_000;

/**
 * Ids of a store's files that a filter keeps, for something to be done to all of them; the oldest 20,000.
 * @throws AppError not_found, database_unavailable
 */
export async function listFileIds({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: StoreFileFilter & { vectorStoreId: string };
}): Promise<string[]> {
  const { vectorStoreId, ...filter } = input;
  await requireVectorStore(ctx, vectorStoreId);
  return listStoreFileIds({ teamId: ctx.principal.teamId, vectorStoreId }, filter, MAX_IDS);
}
