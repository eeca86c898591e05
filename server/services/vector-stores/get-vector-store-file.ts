import { findVectorStoreFile, type VectorStoreFileRow } from "#server/db/vector-store-files";
import type { ServiceContext } from "#server/services/context";
import { vectorStoreFileNotFound } from "#server/services/vector-stores/vector-store-file-object";
import { requireVectorStore } from "#server/services/vector-stores/vector-store-view";

/**
 * A file of the team's store, with how far its ingestion is.
 * @throws AppError not_found, database_unavailable
 */
export async function getVectorStoreFile({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: { vectorStoreId: string; fileId: string };
}): Promise<VectorStoreFileRow> {
  const { teamId } = ctx.principal;
  const row = await findVectorStoreFile({ teamId, ...input });
  if (row !== null) return row;
  await requireVectorStore(ctx, input.vectorStoreId);
  throw vectorStoreFileNotFound(input.fileId, input.vectorStoreId);
}
