import { deleteStoreFiles } from "#server/db/store-file-table";
import type { ServiceContext } from "#server/services/context";
import { makeWay } from "#server/services/vector-stores/make-way";
import { requireVectorStore } from "#server/services/vector-stores/vector-store-view";

/**
 * Takes files and their chunks out of a store, also while they are being read; the files themselves stay. What is not in
 * the store is passed over. Answers how many were.
 * @throws AppError not_found for the store, database_unavailable
 */
export async function detachFiles({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: { vectorStoreId: string; fileIds: readonly string[] };
}): Promise<{ detached: number }> {
  const { vectorStoreId, fileIds } = input;
  await requireVectorStore(ctx, vectorStoreId);
  const store = { teamId: ctx.principal.teamId, vectorStoreId };
  await makeWay({ ...store, fileIds });
  return { detached: await deleteStoreFiles(store, fileIds) };
}
