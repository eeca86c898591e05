import type { FileStatus, VectorStoreFileRow } from "#server/db/vector-store-files";
import type { ListQuery } from "#server/protocol/list";
import type { ServiceContext } from "#server/services/context";
import type { Page } from "#server/services/read-page";
import { getFileBatch } from "#server/services/vector-stores/get-file-batch";
import { listVectorStoreFiles } from "#server/services/vector-stores/list-vector-store-files";

/**
 * A page of the files of a batch by the time they were attached. What was taken out of the store is not among them.
 * @throws AppError not_found; invalid_value for a cursor that is not in the store; database_unavailable
 */
export async function listFileBatchFiles({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: { vectorStoreId: string; batchId: string; query: ListQuery; status: FileStatus | null };
}): Promise<Page<VectorStoreFileRow>> {
  await getFileBatch({ ctx, input });
  return listVectorStoreFiles({ ctx, input });
}
