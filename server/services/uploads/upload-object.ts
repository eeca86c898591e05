import { clock, toSeconds } from "#server/clock";
import type { FileRow } from "#server/db/files";
import { findUpload, type UploadRow, type UploadScope, type UploadStatus } from "#server/db/uploads";
import { AppError } from "#server/errors";
import type { UploadObject } from "#server/protocol/uploads";
import { toFileObject } from "#server/services/files/file-object";

/** What has become of an upload by now: its row is told of its expiry only by the sweep. */
function statusOf(row: UploadRow): UploadStatus {
  return row.status === "pending" && row.expiresAt.getTime() <= clock().now() ? "expired" : row.status;
}

/** An upload in the API's shape, with the file that it became. */
export function toUploadObject(row: UploadRow, file?: FileRow): UploadObject {
  return {
    id: row.id,
    object: "upload",
    bytes: row.bytes,
    created_at: toSeconds(row.createdAt.getTime()),
    expires_at: toSeconds(row.expiresAt.getTime()),
    filename: row.filename,
    purpose: row.purpose,
    status: statusOf(row),
    ...(file ? { file: toFileObject(file) } : {}),
  };
}

/** Why an upload takes nothing more, or null while it is pending. */
export function refusalOf(row: UploadRow | null, uploadId: string): AppError | null {
  if (row === null) return uploadNotFound(uploadId);
  const status = statusOf(row);
  if (status === "pending") return null;
  const became = row.fileId === null ? "" : `: it is file '${row.fileId}'`;
  const outcome = status === "expired" ? "has expired" : `has been ${status}${became}`;
  return new AppError("invalid_request", `Upload '${uploadId}' ${outcome}. Create a new upload to send a file.`, {
    param: "upload_id",
    wireCode: null,
  });
}

/**
 * The team's upload, while it is pending.
 * @throws AppError not_found when there is none; invalid_request when it has ended; database_unavailable
 */
export async function findPendingUpload(scope: UploadScope): Promise<UploadRow> {
  const row = await findUpload(scope);
  const refusal = refusalOf(row, scope.uploadId);
  if (row === null || refusal !== null) throw refusal ?? uploadNotFound(scope.uploadId);
  return row;
}

/** The answer to an id that the team has no upload of. */
function uploadNotFound(uploadId: string): AppError {
  return new AppError("not_found", `No such Upload object: ${uploadId}`, { wireCode: null, param: "upload_id" });
}
