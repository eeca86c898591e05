import { clock } from "#server/clock";
import { cancelFileBatch as cancelRows, type FileBatchRow } from "#server/db/file-batches";
import type { ServiceContext } from "#server/services/context";
import { getFileBatch } from "#server/services/vector-stores/get-file-batch";

/**
 * Cancels what is still to be read of a batch. Files that have been read stay; a batch that has ended is answered as it
 * is.
 * @throws AppError not_found, database_unavailable
 */
export async function cancelFileBatch({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: { vectorStoreId: string; batchId: string };
}): Promise<FileBatchRow> {
  await cancelRows({ teamId: ctx.principal.teamId, ...input }, new Date(clock().now()));
  return getFileBatch({ ctx, input });
}
