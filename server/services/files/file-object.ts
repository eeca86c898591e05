import { toSeconds } from "#server/clock";
import type { FileRow } from "#server/db/files";
import { AppError } from "#server/errors";
import type { FileObject } from "#server/protocol/files";

/** A stored file in the API's shape. Files are ready as soon as they are whole, so the status is always `processed`. */
export function toFileObject(row: FileRow): FileObject {
  return {
    id: row.id,
    object: "file",
    bytes: row.bytes,
    created_at: toSeconds(row.createdAt.getTime()),
    ...(row.expiresAt ? { expires_at: toSeconds(row.expiresAt.getTime()) } : {}),
    filename: row.filename,
    purpose: row.purpose,
    status: "processed",
  };
}

/** The answer to an id that the team has no file of. */
export function fileNotFound(fileId: string, param?: string): AppError {
  return new AppError("not_found", `No such File object: ${fileId}`, { wireCode: null, param: param ?? "id" });
}
