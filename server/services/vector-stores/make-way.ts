import { config } from "#server/config";
import { dropVectorIndex, findIndexesInTheWay } from "#server/db/vector-indexes";
import { errorFacts, log } from "#server/log";

/**
 * Drops the indexes of vectors of which the files hold much, before the files are deleted; they are built anew by the
 * job that looks for stores without. An index that cannot be dropped makes a deletion slower, not fail.
 */
export async function makeWay(files: {
  teamId: string;
  fileIds: readonly string[];
  vectorStoreId?: string;
}): Promise<void> {
  if (config().embedded) return;
  try {
    for (const scope of await findIndexesInTheWay(files)) await dropVectorIndex(scope);
  } catch (error) {
    log().warn(errorFacts(error), "a vector index was not dropped before the files of its store");
  }
}
