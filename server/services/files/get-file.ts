import { clock } from "#server/clock";
import { type FileRow, findFile } from "#server/db/files";
import type { ServiceContext } from "#server/services/context";
import { fileNotFound } from "#server/services/files/file-object";

/**
 * The team's file.
 * @throws AppError not_found, database_unavailable
 */
export async function getFile({ ctx, input }: { ctx: ServiceContext; input: { fileId: string } }): Promise<FileRow> {
  const row = await findFile({ teamId: ctx.principal.teamId, fileId: input.fileId }, new Date(clock().now()));
  if (row === null) throw fileNotFound(input.fileId);
  return row;
}
