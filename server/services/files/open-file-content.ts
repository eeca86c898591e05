import { blobKey } from "#server/blobs/blob-store";
import { blobStore } from "#server/blobs/registry";
import type { FileRow } from "#server/db/files";
import type { ServiceContext } from "#server/services/context";
import { getFile } from "#server/services/files/get-file";

/**
 * A file's bytes as a stream.
 * @throws AppError not_found, database_unavailable
 */
export async function openFileContent({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: { fileId: string };
}): Promise<{ file: FileRow; bytes: AsyncIterable<Uint8Array> }> {
  const file = await getFile({ ctx, input });
  return { file, bytes: await blobStore().get(blobKey(ctx.principal.teamId, file.id)) };
}
