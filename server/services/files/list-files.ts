import { clock } from "#server/clock";
import { type FileRow, listFiles as readFiles } from "#server/db/files";
import type { ListQuery } from "#server/protocol/list";
import type { ServiceContext } from "#server/services/context";

/**
 * The team's files by creation: one row more than `limit` when there are more.
 * @throws AppError database_unavailable
 */
export async function listFiles({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: { query: ListQuery; purpose: string | null };
}): Promise<FileRow[]> {
  const { query, purpose } = input;
  return readFiles({
    ...query,
    limit: query.limit + 1,
    teamId: ctx.principal.teamId,
    purpose,
    now: new Date(clock().now()),
  });
}
