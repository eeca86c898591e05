import { clock } from "#server/clock";
import { cancelVectorStoreFile } from "#server/db/file-batches";
import type { VectorStoreFileRow } from "#server/db/vector-store-files";
import type { ServiceContext } from "#server/services/context";
import { getVectorStoreFile } from "#server/services/vector-stores/get-vector-store-file";

/**
 * Ends a file's ingestion, waiting or under way, and removes what it has written. It stays in the store, and can be
 * retried. One that has ended is answered as it is.
 * @throws AppError not_found, database_unavailable
 */
export async function cancelFile({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: { vectorStoreId: string; fileId: string };
}): Promise<VectorStoreFileRow> {
  await cancelVectorStoreFile({ teamId: ctx.principal.teamId, ...input }, new Date(clock().now()));
  return getVectorStoreFile({ ctx, input });
}
