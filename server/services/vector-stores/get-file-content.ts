import { findFileText } from "#server/db/file-texts";
import type { ServiceContext } from "#server/services/context";
import { getVectorStoreFile } from "#server/services/vector-stores/get-vector-store-file";

/**
 * The text that was read from a file, one piece a page where it has pages. Empty while it has not been read.
 * @throws AppError not_found, database_unavailable
 */
export async function getFileContent({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: { vectorStoreId: string; fileId: string };
}): Promise<string[]> {
  await getVectorStoreFile({ ctx, input });
  const row = await findFileText({ teamId: ctx.principal.teamId, fileId: input.fileId });
  if (row === null) return [];
  if (row.pages.length === 0) return [row.text];
  return row.pages.map((page) => row.text.slice(page.start, page.end));
}
