import { clock } from "#server/clock";
import { type FileRow, listFiles as readFiles } from "#server/db/files";
import type { ListQuery } from "#server/protocol/list";
import type { ServiceContext } from "#server/services/context";
import { type Page, readPage } from "#server/services/read-page";

/**
 * A page of the team's files by creation.
 * @throws AppError database_unavailable
 */
export async function listFiles({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: { query: ListQuery; purpose: string | null };
}): Promise<Page<FileRow>> {
  const { teamId } = ctx.principal;
  const now = new Date(clock().now());
  return readPage(input.query, (query) => readFiles({ ...query, teamId, purpose: input.purpose, now }));
}
