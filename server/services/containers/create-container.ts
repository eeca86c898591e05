import type { z } from "zod";
import { clock } from "#server/clock";
import { type ContainerRow, deleteContainer, insertContainer } from "#server/db/containers";
import { newId } from "#server/ids";
import { CONTAINER_MINUTES, type CreateContainerBody } from "#server/protocol/containers";
import { memoryOf, scopeOf } from "#server/services/containers/container-object";
import { copyFiles, requireFiles } from "#server/services/containers/copy-files";
import type { ServiceContext } from "#server/services/context";

/**
 * Makes a container with copies of the named files. Its Python starts with the first call.
 * @throws AppError invalid_value for more memory than this server gives; not_found for a file; payload_too_large;
 *   storage_unavailable; database_unavailable
 */
export async function createContainer({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: z.output<typeof CreateContainerBody>;
}): Promise<ContainerRow> {
  const memoryMb = memoryOf(input.memory_limit, "memory_limit");
  const files = await requireFiles(ctx, input.file_ids ?? [], "file_ids");
  const now = new Date(clock().now());
  const row: ContainerRow = {
    id: newId("container"),
    name: input.name,
    memoryMb,
    expiresAfterMinutes: input.expires_after?.minutes ?? CONTAINER_MINUTES.default,
    session: null,
    createdAt: now,
    lastActiveAt: now,
  };
  await insertContainer(ctx.principal.teamId, row);
  try {
    if (files.length > 0) await copyFiles({ ctx, containerId: row.id, param: "file_ids" }, files);
  } catch (error) {
    await deleteContainer(scopeOf(ctx, row.id));
    throw error;
  }
  return row;
}
