import { type FileBatchRow, findFileBatch } from "#server/db/file-batches";
import type { ServiceContext } from "#server/services/context";
import { fileBatchNotFound } from "#server/services/vector-stores/file-batch-object";
import { requireVectorStore } from "#server/services/vector-stores/vector-store-view";

/**
 * A batch of the team's store, with how far its files are.
 * @throws AppError not_found, database_unavailable
 */
export async function getFileBatch({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: { vectorStoreId: string; batchId: string };
}): Promise<FileBatchRow> {
  const { teamId } = ctx.principal;
  const { vectorStoreId, batchId } = input;
  const row = await findFileBatch({ teamId, vectorStoreId, batchId });
  if (row !== null) return row;
  await requireVectorStore(ctx, vectorStoreId);
  throw fileBatchNotFound(batchId, vectorStoreId);
}
