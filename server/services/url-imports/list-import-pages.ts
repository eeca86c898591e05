import { listPages, type UrlImportPageRow, type UrlImportPageStatus } from "#server/db/url-import-pages";
import type { ServiceContext } from "#server/services/context";
import { requireUrlImport } from "#server/services/url-imports/url-import-view";

export interface ListImportPagesInput {
  importId: string;
  /** Null: of all. */
  status: UrlImportPageStatus | null;
  /** The place of the last page that was seen; −1 at first. */
  after: number;
  limit: number;
}

/**
 * Pages of an import in its order, with what became of each.
 * @throws AppError not_found, database_unavailable
 */
export async function listImportPages({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: ListImportPagesInput;
}): Promise<UrlImportPageRow[]> {
  const { importId, ...page } = input;
  await requireUrlImport(ctx, importId);
  return listPages({ teamId: ctx.principal.teamId, importId }, page);
}
