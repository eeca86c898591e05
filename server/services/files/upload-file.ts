import { type BlobStore, blobKey } from "#server/blobs/blob-store";
import { blobStore } from "#server/blobs/registry";
import { clock } from "#server/clock";
import { config } from "#server/config";
import { announceBlob, type FileRow, type FileScope, insertFile } from "#server/db/files";
import { newId } from "#server/ids";
import { CreateFileFields } from "#server/protocol/files";
import { validate } from "#server/protocol/validate";
import type { ServiceContext } from "#server/services/context";
import { cleanRelativePath } from "#server/services/files/clean-filename";
import { expiryOfFile } from "#server/services/files/file-expiry";
import { readMultipart } from "#server/services/files/read-multipart";
import { removeBlob } from "#server/services/files/remove-blob";

export interface UploadInput {
  /** The request's Content-Type header, with the boundary. */
  contentType: string;
  /** The request's Content-Length header, when it has one. */
  contentLength: number | null;
  body: AsyncIterable<Uint8Array>;
  /** Where the file stood in its folder; kept in place of the name in the form. */
  relativePath?: string | null;
}

/**
 * Stores an uploaded file: the multipart body is streamed into the blob store as it arrives, whatever the order of its
 * parts. The row exists once the bytes are whole. An upload that fails leaves neither; bytes whose row the database could
 * not confirm are left to the sweep.
 * @throws AppError invalid_request, missing_required_parameter, invalid_value, payload_too_large, database_unavailable
 */
export async function uploadFile({ ctx, input }: { ctx: ServiceContext; input: UploadInput }): Promise<FileRow> {
  const scope = { teamId: ctx.principal.teamId, fileId: newId("file") };
  const createdAt = new Date(clock().now());
  const { sha256, ...row } = await storeBytes({ ctx, input, scope, createdAt });
  await insertFile(scope.teamId, { ...row, sha256 });
  return row;
}

interface NewFile {
  ctx: ServiceContext;
  input: UploadInput;
  scope: FileScope;
  createdAt: Date;
}

/** Writes the form's bytes into the file's blob, and answers its row. Where it fails, none are left. */
async function storeBytes({ ctx, input, scope, createdAt }: NewFile): Promise<FileRow & { sha256: string }> {
  let announced = false;
  try {
    const { file, fields: sent } = await readMultipart({
      ...input,
      field: "file",
      maxBytes: config().MAX_FILE_BYTES,
      signal: ctx.signal,
      store: async (source, signal): ReturnType<BlobStore["put"]> => {
        announced = true;
        await announceBlob(scope, createdAt);
        return blobStore().put(blobKey(scope.teamId, scope.fileId), source, signal);
      },
    });
    const fields = validate(CreateFileFields, sent);
    return {
      id: scope.fileId,
      filename: cleanRelativePath(input.relativePath ?? "") ?? file.filename,
      purpose: fields.purpose,
      bytes: file.bytes,
      mediaType: file.mediaType,
      createdAt,
      expiresAt: expiryOfFile(fields.purpose, createdAt, fields.expires_after?.seconds ?? null),
      sha256: file.sha256,
    };
  } catch (error) {
    if (announced) await removeBlob(scope);
    throw error;
  }
}
