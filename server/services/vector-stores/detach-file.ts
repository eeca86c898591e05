import { deleteStoreFiles } from "#server/db/store-file-table";
import type { ServiceContext } from "#server/services/context";
import { getVectorStoreFile } from "#server/services/vector-stores/get-vector-store-file";
import { makeWay } from "#server/services/vector-stores/make-way";
import { vectorStoreFileNotFound } from "#server/services/vector-stores/vector-store-file-object";

/**
 * Takes a file and its chunks out of a store, also while it is being read. The file itself stays.
 * @throws AppError not_found, database_unavailable
 */
export async function detachFile({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: { vectorStoreId: string; fileId: string };
}): Promise<void> {
  await getVectorStoreFile({ ctx, input });
  const { vectorStoreId, fileId } = input;
  const store = { teamId: ctx.principal.teamId, vectorStoreId };
  await makeWay({ ...store, fileIds: [fileId] });
  if ((await deleteStoreFiles(store, [fileId])) === 0) throw vectorStoreFileNotFound(fileId, vectorStoreId);
}
