import { clock } from "#server/clock";
import { type ContainerRow, listContainers as readContainers } from "#server/db/containers";
import type { ListQuery } from "#server/protocol/list";
import type { ServiceContext } from "#server/services/context";
import { type Page, readPage } from "#server/services/read-page";

/**
 * A page of the team's containers by creation; with a name, those that have it.
 * @throws AppError database_unavailable
 */
export async function listContainers({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: { query: ListQuery; name: string | null };
}): Promise<Page<ContainerRow>> {
  const { teamId } = ctx.principal;
  const now = new Date(clock().now());
  return readPage(input.query, (query) => readContainers({ ...query, teamId, name: input.name, now }));
}
