import { type BlobStore, blobKey } from "#server/blobs/blob-store";
import { blobStore } from "#server/blobs/registry";
import { clock, toSeconds } from "#server/clock";
import { config } from "#server/config";
import { announceBlob } from "#server/db/files";
import { insertUploadPart } from "#server/db/uploads";
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
 * be added at the same time and in any order. One that fails, or comes when the upload has ended, leaves nothing; bytes
 * whose row the database could not confirm are left to the sweep.
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
  const { bytes, sha256 } = await storeBytes({ ctx, input, partId: id, now });
  const maxBytes = config().MAX_UPLOAD_BYTES;
  // Where this throws, the part may exist all the same: its bytes stay, and the sweep knows them if nobody owns them.
  const added = await insertUploadPart(scope, { id, bytes, sha256, now: new Date(clock().now()), maxBytes });
  if (!added) {
    await removeBlob({ teamId, fileId: id });
    await findPendingUpload(scope);
    throw new AppError("payload_too_large", `The upload's parts come to more than the maximum of ${maxBytes} bytes.`, {
      param: "data",
    });
  }
  return { id, object: "upload.part", created_at: toSeconds(now.getTime()), upload_id: uploadId };
}

interface PartBytes {
  ctx: ServiceContext;
  input: UploadInput;
  partId: string;
  now: Date;
}

/** Writes the form's bytes into the part's blob. Where it fails, none are left. */
async function storeBytes({ ctx, input, partId, now }: PartBytes): Promise<{ bytes: number; sha256: string }> {
  const blob = { teamId: ctx.principal.teamId, fileId: partId };
  let announced = false;
  try {
    const form = await readMultipart({
      ...input,
      field: "data",
      maxBytes: config().MAX_UPLOAD_PART_BYTES,
      signal: ctx.signal,
      store: async (source, signal): ReturnType<BlobStore["put"]> => {
        announced = true;
        await announceBlob(blob, now);
        return blobStore().put(blobKey(blob.teamId, partId), source, signal);
      },
    });
    return form.file;
  } catch (error) {
    if (announced) await removeBlob(blob);
    throw error;
  }
}
