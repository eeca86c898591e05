import { discardUploadParts } from "#server/db/upload-sweeps";
import type { UploadScope } from "#server/db/uploads";
import { errorFacts, log } from "#server/log";

/** Parts in one statement. */
export const PARTS_BATCH = 500;

/**
 * Leaves the blobs of an upload that has ended to the sweep of files. What fails here is left to the sweep of uploads,
 * and said in the log: the upload has ended all the same.
 */
export async function discardParts(scope: UploadScope): Promise<void> {
  try {
    while ((await discardUploadParts(scope, PARTS_BATCH)) === PARTS_BATCH);
  } catch (error) {
    log().warn({ uploadId: scope.uploadId, ...errorFacts(error) }, "the parts of an upload were not discarded");
  }
}
