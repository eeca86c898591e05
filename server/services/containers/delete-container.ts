import { clock } from "#server/clock";
import { deleteContainer as deleteRow, findFirstContainer } from "#server/db/containers";
import { containerNotFound, scopeOf } from "#server/services/containers/container-object";
import type { ServiceContext } from "#server/services/context";
import { interpreters } from "#server/tools/registry";

/**
 * Deletes a container: its row and files at once, and its interpreter, if it runs at this node; their bytes are left to
 * the sweep.
 * @throws AppError not_found, database_unavailable
 */
export async function deleteContainer({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: { containerId: string };
}): Promise<void> {
  const { containerId } = input;
  const { teamId } = ctx.principal;
  const isThere = (await findFirstContainer(teamId, [containerId], new Date(clock().now()))) !== null;
  if (!isThere || !(await deleteRow(scopeOf(ctx, containerId)))) throw containerNotFound(containerId);
  interpreters.end(teamId, containerId);
}
