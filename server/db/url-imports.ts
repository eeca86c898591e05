import { prisma, type TransactionClient } from "#server/db/client";
import { mapped } from "#server/db/mapped";
import type { VectorStoreScope } from "#server/db/vector-stores";

export type UrlImportStatus = "in_progress" | "completed" | "failed" | "cancelled";

/** Web pages being brought into a store. */
export interface UrlImportRow {
  id: string;
  vectorStoreId: string;
  /** Null where the pages were named one by one. */
  sitemapUrl: string | null;
  /** Of a sitemap: pages on other hosts than its own, too. */
  otherHosts: boolean;
  /** False until the sitemap was read and its pages are rows. */
  listed: boolean;
  /** Pages that the sitemap lists and the import leaves out: too many, or on other hosts. */
  skippedCount: number;
  status: UrlImportStatus;
  /** Why the sitemap could not be read; pages have their own. */
  errorMessage: string | null;
  /** Of the job that fetches the pages: 32 hex digits. */
  jobId: string;
  createdAt: Date;
  endedAt: Date | null;
}

export interface UrlImportScope {
  teamId: string;
  importId: string;
}

/** An import as a run of its job has it: another job takes it over when it is tried again. */
export interface UrlImportRun extends UrlImportScope {
  jobId: string;
}

const FIELDS = {
  ...{ id: true, vectorStoreId: true, sitemapUrl: true, otherHosts: true, listed: true, skippedCount: true },
  ...{ status: true, errorMessage: true, jobId: true, createdAt: true, endedAt: true },
};

function toRow(row: Omit<UrlImportRow, "status"> & { status: string }): UrlImportRow {
  return { ...row, status: row.status as UrlImportStatus };
}

/** Stores an import. */
export async function insertUrlImport(teamId: string, row: UrlImportRow, tx: TransactionClient): Promise<void> {
  await tx.urlImport.create({ data: { ...row, teamId } });
}

/**
 * The team's import, or null.
 * @throws AppError database_unavailable
 */
export async function findUrlImport({ teamId, importId }: UrlImportScope): Promise<UrlImportRow | null> {
  const row = await mapped(() => prisma().urlImport.findFirst({ where: { teamId, id: importId }, select: FIELDS }));
  return row && toRow(row);
}

/**
 * The store's newest imports, newest first.
 * @throws AppError database_unavailable
 */
export async function listUrlImports(scope: VectorStoreScope, limit: number): Promise<UrlImportRow[]> {
  const rows = await mapped(() =>
    prisma().urlImport.findMany({ where: scope, select: FIELDS, orderBy: { id: "desc" }, take: limit }),
  );
  return rows.map(toRow);
}

/** Changes an import that is in one of these states and, where a run changes it, still that run's; holds it. False when none is. */
export async function changeUrlImport(
  scope: UrlImportScope | UrlImportRun,
  from: readonly UrlImportStatus[],
  change: { tx: TransactionClient; set: Partial<Omit<UrlImportRow, "id" | "vectorStoreId">> },
): Promise<boolean> {
  const { importId: id, ...owner } = scope;
  const where = { ...owner, id, status: { in: [...from] } };
  return (await change.tx.urlImport.updateMany({ where, data: change.set })).count > 0;
}

/**
 * Forgets an import with its list of pages; their files stay. False when the team has none of this id.
 * @throws AppError database_unavailable
 */
export async function deleteUrlImport({ teamId, importId }: UrlImportScope): Promise<boolean> {
  const { count } = await mapped(() => prisma().urlImport.deleteMany({ where: { teamId, id: importId } }));
  return count > 0;
}

/** Forgets the store's imports that have ended, but for the newest `keep` of all. */
export async function deleteOldUrlImports(scope: VectorStoreScope, keep: number, tx: TransactionClient): Promise<void> {
  const [oldest] = await tx.urlImport.findMany({
    where: scope,
    select: { id: true },
    orderBy: { id: "desc" },
    skip: keep,
    take: 1,
  });
  if (!oldest) return;
  await tx.urlImport.deleteMany({ where: { ...scope, id: { lte: oldest.id }, status: { not: "in_progress" } } });
}

/**
 * Imports of any team that began before `before` and have not ended, oldest first, from the id after `after` on.
 * @throws AppError database_unavailable
 */
export async function listUnendedImports({
  before,
  after,
  limit,
}: {
  before: Date;
  after: string;
  limit: number;
}): Promise<(UrlImportScope & { jobId: string })[]> {
  const rows = await mapped(() =>
    prisma().urlImport.findMany({
      where: { status: "in_progress", createdAt: { lt: before }, id: { gt: after } },
      select: { teamId: true, id: true, jobId: true },
      orderBy: { id: "asc" },
      take: limit,
    }),
  );
  return rows.map(({ teamId, id, jobId }) => ({ teamId, importId: id, jobId }));
}
