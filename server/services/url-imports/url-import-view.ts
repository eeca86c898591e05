import { countPages, type UrlImportCounts } from "#server/db/url-import-pages";
import { findUrlImport, type UrlImportRow } from "#server/db/url-imports";
import { AppError } from "#server/errors";
import type { ServiceContext } from "#server/services/context";

/** An import with how far it is. */
export interface UrlImportView extends Omit<UrlImportRow, "jobId"> {
  pages: UrlImportCounts;
}

/** The answer to an id that the team has no import of. */
export function urlImportNotFound(importId: string): AppError {
  return new AppError("not_found", `Import with id '${importId}' not found.`, { param: "importId" });
}

/**
 * The imports with their counts, read in one query.
 * @throws AppError database_unavailable
 */
export async function toImportViews(teamId: string, rows: readonly UrlImportRow[]): Promise<UrlImportView[]> {
  if (rows.length === 0) return [];
  const countsOf = await countPages(
    teamId,
    rows.map((row) => row.id),
  );
  return rows.map(({ jobId: _jobId, ...row }) => ({ ...row, pages: countsOf(row.id) }));
}

/**
 * The team's import.
 * @throws AppError not_found, database_unavailable
 */
export async function requireUrlImport(ctx: ServiceContext, importId: string): Promise<UrlImportRow> {
  const row = await findUrlImport({ teamId: ctx.principal.teamId, importId });
  if (row === null) throw urlImportNotFound(importId);
  return row;
}
