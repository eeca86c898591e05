import { blobKey } from "#server/blobs/blob-store";
import { blobStore } from "#server/blobs/registry";
import { type FileScope, forgetBlobGarbage } from "#server/db/files";
import { errorFacts, log } from "#server/log";

/** Removes the bytes of a file whose row is gone. What fails here is left to the sweep, and said in the log. */
export async function removeBlob(scope: FileScope): Promise<void> {
  try {
    await blobStore().delete(blobKey(scope.teamId, scope.fileId));
    await forgetBlobGarbage(scope);
  } catch (error) {
    log().warn({ fileId: scope.fileId, ...errorFacts(error) }, "a blob was not removed");
  }
}
