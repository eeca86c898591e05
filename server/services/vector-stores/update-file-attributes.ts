import { updateAttributes, type VectorStoreFileRow } from "#server/db/vector-store-files";
import type { Attributes } from "#server/protocol/vector-stores";
import type { ServiceContext } from "#server/services/context";
import { getVectorStoreFile } from "#server/services/vector-stores/get-vector-store-file";

/**
 * Replaces the attributes of a file in a store. Searches see them at once.
 * @throws AppError not_found, database_unavailable
 */
export async function updateFileAttributes({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: { vectorStoreId: string; fileId: string; attributes: Attributes };
}): Promise<VectorStoreFileRow> {
  const { attributes, ...scope } = input;
  await updateAttributes({ teamId: ctx.principal.teamId, ...scope }, attributes);
  return getVectorStoreFile({ ctx, input: scope });
}
