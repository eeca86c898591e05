import { deleteVectorStore as deleteRow } from "#server/db/vector-stores";
import type { ServiceContext } from "#server/services/context";
import { vectorStoreNotFound } from "#server/services/vector-stores/vector-store-view";

/**
 * Deletes a store with all its chunks. The files themselves stay.
 * @throws AppError not_found, database_unavailable
 */
export async function deleteVectorStore({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: { vectorStoreId: string };
}): Promise<void> {
  const { vectorStoreId } = input;
  if (!(await deleteRow({ teamId: ctx.principal.teamId, vectorStoreId }))) throw vectorStoreNotFound(vectorStoreId);
}
