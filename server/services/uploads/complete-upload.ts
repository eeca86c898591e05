import { createHash, type Hash } from "node:crypto";
import { blobKey } from "#server/blobs/blob-store";
import { blobStore } from "#server/blobs/registry";
import { clock } from "#server/clock";
import { announceBlob, type FileRow } from "#server/db/files";
import {
  completeUpload as completeRow,
  findUpload,
  findUploadParts,
  type UploadPartRow,
  type UploadRow,
  type UploadScope,
} from "#server/db/uploads";
import { AppError, isAppError } from "#server/errors";
import { newId } from "#server/ids";
import type { ServiceContext } from "#server/services/context";
import { expiryOfFile } from "#server/services/files/file-expiry";
import { removeBlob } from "#server/services/files/remove-blob";
import { discardParts } from "#server/services/uploads/discard-parts";
import { findPendingUpload, refusalOf } from "#server/services/uploads/upload-object";

export interface CompleteUploadInput {
  uploadId: string;
  /** In the order of the file. */
  partIds: readonly string[];
  /** 32 hexadecimal digits. */
  md5: string | null;
}

/**
 * Makes a file of an upload's parts: they are streamed into one blob, in constant memory. A completion that is refused
 * or fails leaves the upload pending, to be completed otherwise; of several at once, one makes the file. Where the
 * database could not confirm it, the upload may be completed or pending; bytes without a file are left to the sweep.
 * @throws AppError not_found for the upload or a part; invalid_request when the upload has ended, or parts do not come to
 *   the announced size or checksum; database_unavailable
 */
export async function completeUpload({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: CompleteUploadInput;
}): Promise<{ upload: UploadRow; file: FileRow }> {
  const scope = { teamId: ctx.principal.teamId, uploadId: input.uploadId };
  const upload = await findPendingUpload(scope);
  const parts = await orderParts(scope, input.partIds);
  requireSize(parts, upload);
  const createdAt = new Date(clock().now());
  const file: FileRow = {
    id: newId("file"),
    filename: upload.filename,
    purpose: upload.purpose,
    bytes: upload.bytes,
    mediaType: upload.mediaType,
    createdAt,
    expiresAt: expiryOfFile(upload.purpose, createdAt, upload.expiresAfterSeconds),
  };
  const blob = { teamId: scope.teamId, fileId: file.id };
  await announceBlob(blob, createdAt);
  const sha256 = await joinParts({ ctx, file, parts, md5: input.md5 }).catch(async (error: unknown) => {
    await removeBlob(blob);
    // The parts of an upload that another request has ended may be gone already.
    if (isAppError(error) && error.code === "not_found") throw await endedMeanwhile(scope, error);
    throw error;
  });
  // Where this throws, the file may exist all the same: its bytes stay, and the sweep knows them if nobody owns them.
  if (!(await completeRow(scope, { ...file, sha256 }))) {
    await removeBlob(blob);
    throw await endedMeanwhile(scope);
  }
  await discardParts(scope);
  return { upload: { ...upload, status: "completed" }, file };
}

/** Why an upload cannot be completed that was pending a moment ago. */
async function endedMeanwhile(scope: UploadScope, cause?: AppError): Promise<AppError> {
  const refusal = refusalOf(await findUpload(scope), scope.uploadId);
  return refusal ?? new AppError("internal_error", "The upload's content could not be read.", { cause });
}

async function orderParts(scope: UploadScope, partIds: readonly string[]): Promise<UploadPartRow[]> {
  const known = await findUploadParts(scope, partIds);
  const taken = new Set<string>();
  return partIds.map((id, index) => {
    const param = `part_ids[${index}]`;
    const part = known.get(id);
    if (part === undefined) {
      throw new AppError("not_found", `Upload '${scope.uploadId}' has no part '${id}'.`, { param, wireCode: null });
    }
    if (taken.has(id)) {
      throw new AppError("invalid_value", `Invalid '${param}': part '${id}' is named twice.`, { param });
    }
    taken.add(id);
    return part;
  });
}

function requireSize(parts: readonly UploadPartRow[], upload: UploadRow): void {
  const total = parts.reduce((sum, part) => sum + part.bytes, 0);
  if (total === upload.bytes) return;
  const message = `The parts come to ${total} bytes, but the upload was created for ${upload.bytes} bytes.`;
  throw new AppError("invalid_request", message, { param: "part_ids" });
}

interface Joining {
  ctx: ServiceContext;
  file: FileRow;
  parts: readonly UploadPartRow[];
  md5: string | null;
}

/** Writes the parts' bytes into the file's blob, and answers its SHA-256. */
async function joinParts({ ctx, file, parts, md5 }: Joining): Promise<string> {
  const { teamId } = ctx.principal;
  const hash = md5 === null ? null : createHash("md5");
  const keys = parts.map((part) => blobKey(teamId, part.id));
  const written = await blobStore().put(blobKey(teamId, file.id), readInOrder(keys, hash), ctx.signal);
  if (written.bytes !== file.bytes) {
    throw new AppError("internal_error", "The upload's content could not be read.", {
      detail: { expected: file.bytes, read: written.bytes },
    });
  }
  const found = hash?.digest("hex");
  if (md5 !== null && found !== md5.toLowerCase()) {
    throw new AppError("invalid_value", `Invalid 'md5': the parts' checksum is ${found}, not ${md5.toLowerCase()}.`, {
      param: "md5",
    });
  }
  return written.sha256;
}

async function* readInOrder(keys: readonly string[], hash: Hash | null): AsyncGenerator<Uint8Array> {
  for (const key of keys) {
    for await (const piece of await blobStore().get(key)) {
      hash?.update(piece);
      yield piece;
    }
  }
}
