import { toSeconds } from "#server/clock";
import type { FileBatchRow } from "#server/db/file-batches";
import { AppError } from "#server/errors";
import type { FileBatchObject } from "#server/protocol/vector-stores";

/** A batch of files in the API's shape. */
export function toFileBatchObject(row: FileBatchRow): FileBatchObject {
  return {
    id: row.id,
    object: "vector_store.files_batch",
    created_at: toSeconds(row.createdAt.getTime()),
    vector_store_id: row.vectorStoreId,
    status: statusOf(row),
    file_counts: {
      in_progress: row.inProgress,
      completed: row.completed,
      failed: row.failed,
      cancelled: row.cancelled,
      total: row.total,
    },
  };
}

/** A batch has failed when none of its files could be read; else its counts tell which could not. */
function statusOf(row: FileBatchRow): FileBatchObject["status"] {
  if (row.inProgress > 0) return "in_progress";
  if (row.cancelledAt !== null) return "cancelled";
  return row.total > 0 && row.failed === row.total ? "failed" : "completed";
}

/** The answer to an id that the store has no batch of. */
export function fileBatchNotFound(batchId: string, vectorStoreId: string): AppError {
  return new AppError("not_found", `No file batch found with id '${batchId}' in vector store '${vectorStoreId}'.`, {
    wireCode: null,
    param: "batch_id",
  });
}
