import { blobKey } from "#server/blobs/blob-store";
import { blobStore } from "#server/blobs/registry";
import { type ContainerFileRow, findContainerFile } from "#server/db/container-files";
import { containerFileNotFound, requireContainer, scopeOf } from "#server/services/containers/container-object";
import type { ServiceContext } from "#server/services/context";

interface FileInput {
  containerId: string;
  fileId: string;
}

/**
 * A file of a container.
 * @throws AppError not_found, database_unavailable
 */
export async function getContainerFile({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: FileInput;
}): Promise<ContainerFileRow> {
  await requireContainer(ctx, input.containerId);
  const row = await findContainerFile(scopeOf(ctx, input.containerId), input.fileId);
  if (row === null) throw containerFileNotFound(input.fileId);
  return row;
}

/**
 * A file of a container with its bytes as a stream.
 * @throws AppError not_found, storage_unavailable, database_unavailable
 */
export async function openContainerFile({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: FileInput;
}): Promise<{ file: ContainerFileRow; bytes: AsyncIterable<Uint8Array> }> {
  const file = await getContainerFile({ ctx, input });
  return { file, bytes: await blobStore().get(blobKey(ctx.principal.teamId, file.blobId)) };
}
