import { clock } from "#server/clock";
import { removeContainerFiles } from "#server/db/container-files";
import { containerFileNotFound, containerNotFound, scopeOf } from "#server/services/containers/container-object";
import type { ServiceContext } from "#server/services/context";

/**
 * Takes a file out of a container; its code misses it at its next call.
 * @throws AppError not_found, database_unavailable
 */
export async function deleteContainerFile({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: { containerId: string; fileId: string };
}): Promise<void> {
  const { containerId, fileId } = input;
  const removed = await removeContainerFiles(scopeOf(ctx, containerId), { ids: [fileId] }, new Date(clock().now()));
  if (removed === null) throw containerNotFound(containerId);
  if (removed === 0) throw containerFileNotFound(fileId);
}
