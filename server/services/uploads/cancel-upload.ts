import { clock } from "#server/clock";
import { cancelUpload as cancelRow, type UploadRow } from "#server/db/uploads";
import { AppError } from "#server/errors";
import type { ServiceContext } from "#server/services/context";
import { discardParts } from "#server/services/uploads/discard-parts";
import { findPendingUpload } from "#server/services/uploads/upload-object";

/**
 * Cancels a pending upload. Its parts are gone with it.
 * @throws AppError not_found; invalid_request when the upload has ended; database_unavailable
 */
export async function cancelUpload({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: { uploadId: string };
}): Promise<UploadRow> {
  const { uploadId } = input;
  const scope = { teamId: ctx.principal.teamId, uploadId };
  const row = await cancelRow(scope, new Date(clock().now()));
  if (row === null) {
    await findPendingUpload(scope);
    throw new AppError("internal_error", `Upload '${uploadId}' is pending but could not be cancelled.`);
  }
  await discardParts(scope);
  return row;
}
