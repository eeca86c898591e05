import { deleteFile as deleteRow } from "#server/db/files";
import type { ServiceContext } from "#server/services/context";
import { fileNotFound } from "#server/services/files/file-object";
import { removeBlob } from "#server/services/files/remove-blob";
import { makeWay } from "#server/services/vector-stores/make-way";

/**
 * Deletes a file: its row, text and chunks in every store at once, its bytes right after (or by the sweep).
 * @throws AppError not_found, database_unavailable
 */
export async function deleteFile({ ctx, input }: { ctx: ServiceContext; input: { fileId: string } }): Promise<void> {
  const scope = { teamId: ctx.principal.teamId, fileId: input.fileId };
  await makeWay({ teamId: scope.teamId, fileIds: [scope.fileId] });
  if (!(await deleteRow(scope))) throw fileNotFound(input.fileId);
  await removeBlob(scope);
}
