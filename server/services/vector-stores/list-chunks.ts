import { type ChunkRow, listChunks as readChunks } from "#server/db/chunks";
import type { ServiceContext } from "#server/services/context";
import { getVectorStoreFile } from "#server/services/vector-stores/get-vector-store-file";

/**
 * The passages of a file in a store, in order, beginning after the ordinal `after` (-1: from the start).
 * @throws AppError not_found, database_unavailable
 */
export async function listChunks({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: { vectorStoreId: string; fileId: string; after: number; limit: number };
}): Promise<ChunkRow[]> {
  const { vectorStoreId, fileId, after, limit } = input;
  await getVectorStoreFile({ ctx, input: { vectorStoreId, fileId } });
  return readChunks({ teamId: ctx.principal.teamId, vectorStoreId, fileId }, { after, limit });
}
