import { hasFileBatch } from "#server/db/file-batches";
import {
  type FileStatus,
  findVectorStoreFile,
  listVectorStoreFiles as readFiles,
  type VectorStoreFileRow,
} from "#server/db/vector-store-files";
import { AppError } from "#server/errors";
import type { ListQuery } from "#server/protocol/list";
import type { ServiceContext } from "#server/services/context";
import { type Page, readPage } from "#server/services/read-page";
import { fileBatchNotFound } from "#server/services/vector-stores/file-batch-object";
import { requireVectorStore } from "#server/services/vector-stores/vector-store-view";

/**
 * A page of a store's files, or of those of one of its batches, by the time they were attached. What was taken out of the
 * store is not among them.
 * @throws AppError not_found; invalid_value for a cursor that is not in the store; database_unavailable
 */
export async function listVectorStoreFiles({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  /** `batchId`: only the files of this batch of the store's. */
  input: { vectorStoreId: string; query: ListQuery; status: FileStatus | null; batchId?: string };
}): Promise<Page<VectorStoreFileRow>> {
  const { teamId } = ctx.principal;
  const { vectorStoreId, query, status, batchId } = input;
  await requireVectorStore(ctx, vectorStoreId);
  if (batchId !== undefined && !(await hasFileBatch({ teamId, vectorStoreId, batchId }))) {
    throw fileBatchNotFound(batchId, vectorStoreId);
  }
  for (const param of ["after", "before"] as const) {
    const fileId = query[param];
    if (fileId !== null && (await findVectorStoreFile({ teamId, vectorStoreId, fileId })) === null) {
      throw new AppError("invalid_value", `Invalid '${param}': the vector store has no file '${fileId}'.`, { param });
    }
  }
  return readPage(query, (part) => readFiles({ ...part, teamId, vectorStoreId, status, batchId }));
}
