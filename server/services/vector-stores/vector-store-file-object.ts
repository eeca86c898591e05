import { toSeconds } from "#server/clock";
import type { VectorStoreFileRow } from "#server/db/vector-store-files";
import { AppError } from "#server/errors";
import type { VectorStoreFileObject } from "#server/protocol/vector-stores";
import { toChunkingObject } from "#server/services/vector-stores/chunking";

/** A file of a store, with how far its ingestion is. */
export type VectorStoreFileView = VectorStoreFileRow;

type ErrorCode = NonNullable<VectorStoreFileObject["last_error"]>["code"];

const ERROR_CODES: readonly ErrorCode[] = ["server_error", "unsupported_file", "invalid_file"];

/** A file of a store in the API's shape. */
export function toVectorStoreFileObject(row: VectorStoreFileView): VectorStoreFileObject {
  return {
    id: row.fileId,
    object: "vector_store.file",
    created_at: toSeconds(row.createdAt.getTime()),
    usage_bytes: row.usageBytes,
    vector_store_id: row.vectorStoreId,
    status: row.status,
    last_error: lastErrorOf(row),
    chunking_strategy: toChunkingObject(row.chunkingStrategy),
    attributes: row.attributes,
  };
}

function lastErrorOf(row: VectorStoreFileRow): VectorStoreFileObject["last_error"] {
  if (row.errorCode === null) return null;
  const code = ERROR_CODES.find((known) => known === row.errorCode) ?? "server_error";
  return { code, message: row.errorMessage ?? "" };
}

/** The answer to an id of a file that is not in the store. */
export function vectorStoreFileNotFound(fileId: string, vectorStoreId: string): AppError {
  return new AppError("not_found", `No file found with id '${fileId}' in vector store '${vectorStoreId}'.`, {
    wireCode: null,
    param: "file_id",
  });
}
