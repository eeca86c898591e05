import { blobKey } from "#server/blobs/blob-store";
import { blobStore } from "#server/blobs/registry";
import { type FileScope, forgetBlobGarbage } from "#server/db/files";
import { errorFacts, log } from "#server/log";

/**
 * Removes bytes that no row owns any more. What fails here is left to the sweep, and said in the log: the answer is
 * whether they are gone.
 */
export async function removeBlob(scope: FileScope): Promise<boolean> {
  try {
    await blobStore().delete(blobKey(scope.teamId, scope.fileId));
    await forgetBlobGarbage(scope);
    return true;
  } catch (error) {
    log().warn({ fileId: scope.fileId, ...errorFacts(error) }, "a blob was not removed");
    return false;
  }
}
