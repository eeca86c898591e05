import { dropVectorIndex } from "#server/db/vector-indexes";
import { deleteVectorStore as deleteRow } from "#server/db/vector-stores";
import { errorFacts, log } from "#server/log";
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
  await dropVectorIndex({ teamId: ctx.principal.teamId, vectorStoreId }).catch((error: unknown) =>
    // Deleting takes longer then, and the sweep drops what is left.
    log().warn({ ...errorFacts(error), vectorStoreId }, "a vector index was not dropped before its store"),
  );
  if (!(await deleteRow({ teamId: ctx.principal.teamId, vectorStoreId }))) throw vectorStoreNotFound(vectorStoreId);
}
