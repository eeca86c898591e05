import { type ContainerFileRow, listContainerFiles as readFiles } from "#server/db/container-files";
import type { ListQuery } from "#server/protocol/list";
import { requireContainer, scopeOf } from "#server/services/containers/container-object";
import type { ServiceContext } from "#server/services/context";
import { type Page, readPage } from "#server/services/read-page";

/**
 * A page of a container's files by creation.
 * @throws AppError not_found, database_unavailable
 */
export async function listContainerFiles({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: { containerId: string; query: ListQuery };
}): Promise<Page<ContainerFileRow>> {
  await requireContainer(ctx, input.containerId);
  return readPage(input.query, (query) => readFiles(scopeOf(ctx, input.containerId), query));
}
