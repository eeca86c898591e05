import { pool, prisma, type TransactionClient } from "#server/db/client";
import { mapped } from "#server/db/mapped";
import { statementSlices } from "#server/db/statement-slices";
import type { UrlImportScope } from "#server/db/url-imports";
import type { VectorStoreScope } from "#server/db/vector-stores";

export type UrlImportPageStatus = "waiting" | "added" | "unchanged" | "failed";

/** One page of an import. */
export interface UrlImportPageRow {
  ordinal: number;
  url: string;
  status: UrlImportPageStatus;
  /** The file of the store that it is; null until then. */
  fileId: string | null;
  errorMessage: string | null;
}

export type UrlImportCounts = Record<UrlImportPageStatus, number>;

const FIELDS = { ordinal: true, url: true, status: true, fileId: true, errorMessage: true };

/** Stores the pages of an import, all of them waiting, in their order. */
export async function insertPages(
  { teamId, importId }: UrlImportScope,
  urls: readonly string[],
  tx: TransactionClient,
): Promise<void> {
  const rows = urls.map((url, ordinal) => ({ teamId, importId, ordinal, url, status: "waiting" }));
  for (const data of statementSlices(rows)) await tx.urlImportPage.createMany({ data });
}

/**
 * Pages of an import by their place in it, after `after`, of one state or of all.
 * @throws AppError database_unavailable
 */
export async function listPages(
  { teamId, importId }: UrlImportScope,
  page: { status: UrlImportPageStatus | null; after: number; limit: number },
): Promise<UrlImportPageRow[]> {
  const { status, after, limit } = page;
  const where = { teamId, importId, ordinal: { gt: after }, ...(status === null ? {} : { status }) };
  const rows = await mapped(() =>
    prisma().urlImportPage.findMany({ where, select: FIELDS, orderBy: { ordinal: "asc" }, take: limit }),
  );
  return rows.map((row) => ({ ...row, status: row.status as UrlImportPageStatus }));
}

/** Says what became of a page that waits; false when that has been said. */
export async function settlePage(
  { teamId, importId }: UrlImportScope,
  page: Omit<UrlImportPageRow, "url">,
  tx: TransactionClient,
): Promise<boolean> {
  const { ordinal, ...data } = page;
  const where = { teamId, importId, ordinal, status: "waiting" };
  return (await tx.urlImportPage.updateMany({ where, data })).count > 0;
}

/** Has the pages that failed wait again; answers how many they are. */
export async function resetFailedPages({ teamId, importId }: UrlImportScope, tx: TransactionClient): Promise<number> {
  const { count } = await tx.urlImportPage.updateMany({
    where: { teamId, importId, status: "failed" },
    data: { status: "waiting", errorMessage: null },
  });
  return count;
}

/**
 * How many pages of each import are in which state.
 * @throws AppError database_unavailable
 */
export async function countPages(
  teamId: string,
  importIds: readonly string[],
): Promise<(importId: string) => UrlImportCounts> {
  const rows = await mapped(() =>
    prisma().urlImportPage.groupBy({
      by: ["importId", "status"],
      where: { teamId, importId: { in: [...importIds] } },
      _count: true,
    }),
  );
  return (importId) => {
    const count = (status: UrlImportPageStatus) =>
      rows.find((row) => row.importId === importId && row.status === status)?._count ?? 0;
    return { waiting: count("waiting"), added: count("added"), unchanged: count("unchanged"), failed: count("failed") };
  };
}

/** A file of a store that came from a URL. */
export interface FileOfUrl {
  fileId: string;
  sha256: string;
  readable: boolean;
}

/**
 * The files of a store whose attribute `url` is this one, newest first.
 * @throws AppError database_unavailable
 */
export async function findFilesOfUrl(store: VectorStoreScope, url: string): Promise<FileOfUrl[]> {
  const { rows } = await mapped(() =>
    pool().query<FileOfUrl>(
      `SELECT f.id AS "fileId", f.sha256, s.status IN ('completed', 'in_progress') AS readable
       FROM vector_store_file s JOIN file f ON f.team_id = s.team_id AND f.id = s.file_id
       WHERE s.team_id = $1 AND s.vector_store_id = $2 AND s.attributes ->> 'url' = $3
       ORDER BY f.id DESC`,
      [store.teamId, store.vectorStoreId, url],
    ),
  );
  return rows;
}
