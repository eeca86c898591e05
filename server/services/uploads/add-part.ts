import { type BlobStore, blobKey } from "#server/blobs/blob-store";
import { blobStore } from "#server/blobs/registry";
import { clock, toSeconds } from "#server/clock";
import { config } from "#server/config";
import { announceBlob } from "#server/db/files";
import { insertUploadPart, type UploadScope } from "#server/db/uploads";
import { AppError } from "#server/errors";
import { newId } from "#server/ids";
import type { UploadPartObject } from "#server/protocol/uploads";
import type { ServiceContext } from "#server/services/context";
import { readMultipart } from "#server/services/files/read-multipart";
import { removeBlob } from "#server/services/files/remove-blob";
import type { UploadInput } from "#server/services/files/upload-file";
import { findPendingUpload } from "#server/services/uploads/upload-object";

/**
 * Adds a part to a pending upload: the field `data` of the form is streamed into the blob store as it arrives. Parts may
 * be added at the same time and in any order. One that fails, or comes when the upload has ended, leaves nothing.
 * @throws AppError not_found, invalid_request, missing_required_parameter, payload_too_large, database_unavailable
 */
export async function addPart({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: UploadInput & { uploadId: string };
}): Promise<UploadPartObject> {
  const { uploadId } = input;
  const { teamId } = ctx.principal;
  const scope = { teamId, uploadId };
  await findPendingUpload(scope);
  const id = newId("uploadPart");
  const now = new Date(clock().now());
  let announced = false;
  try {
    const form = await readMultipart({
      ...input,
      field: "data",
      maxBytes: config().MAX_UPLOAD_PART_BYTES,
      signal: ctx.signal,
      store: async (source, signal): ReturnType<BlobStore["put"]> => {
        announced = true;
        await announceBlob({ teamId, fileId: id }, now);
        return blobStore().put(blobKey(teamId, id), source, signal);
      },
    });
    await insertPart(scope, { id, bytes: form.file.bytes, sha256: form.file.sha256 });
  } catch (error) {
    if (announced) await removeBlob({ teamId, fileId: id });
    throw error;
  }
  return { id, object: "upload.part", created_at: toSeconds(now.getTime()), upload_id: uploadId };
}

async function insertPart(scope: UploadScope, part: { id: string; bytes: number; sha256: string }): Promise<void> {
  const maxBytes = config().MAX_UPLOAD_BYTES;
  const added = await insertUploadPart(scope, { ...part, now: new Date(clock().now()), maxBytes });
  if (added) return;
  await findPendingUpload(scope);
  throw new AppError("payload_too_large", `The upload's parts come to more than the maximum of ${maxBytes} bytes.`, {
    param: "data",
  });
}
