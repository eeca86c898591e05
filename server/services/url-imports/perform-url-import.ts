import { clock } from "#server/clock";
import { config } from "#server/config";
import { inTransaction } from "#server/db/client";
import { mapped } from "#server/db/mapped";
import { insertPages, listPages, type UrlImportPageRow } from "#server/db/url-import-pages";
import {
  changeUrlImport,
  findUrlImport,
  type UrlImportRow,
  type UrlImportRun,
  type UrlImportScope,
} from "#server/db/url-imports";
import { bringPage } from "#server/services/url-imports/bring-page";
import { whyNotFetched } from "#server/services/url-imports/fetch-page";
import { listSitemapPages } from "#server/services/url-imports/list-sitemap-pages";

interface Import {
  scope: UrlImportRun;
  row: UrlImportRow;
  signal: AbortSignal;
}

/**
 * Brings the pages of an import into its store, URL_IMPORT_CONCURRENCY at a time. May be run again at any point: pages
 * that are settled stay so. One that has ended, or is gone, does nothing.
 * @throws AppError database_unavailable; the signal's reason
 */
export async function performUrlImport({
  input,
  signal,
}: {
  input: UrlImportScope;
  signal: AbortSignal;
}): Promise<void> {
  const row = await findUrlImport(input);
  if (row?.status !== "in_progress") return;
  const scope = { ...input, jobId: row.jobId };
  const running = { scope, row, signal };
  if (!row.listed && !(await listPagesOf(running))) return;
  await bringPages(running);
  await settle(scope, { status: "completed" });
}

/** Reads the sitemap and notes its pages; false when the import ends with it. */
async function listPagesOf({ scope, row, signal }: Import): Promise<boolean> {
  const { sitemapUrl, otherHosts } = row;
  if (sitemapUrl === null) return true;
  try {
    const { urls, skippedCount } = await listSitemapPages({ sitemapUrl, otherHosts, signal });
    return await mapped(() =>
      inTransaction(async (tx) => {
        const set = { listed: true, skippedCount };
        if (!(await changeUrlImport(scope, ["in_progress"], { tx, set }))) return false;
        await insertPages(scope, urls, tx);
        return true;
      }),
    );
  } catch (error) {
    const errorMessage = whyNotFetched(error, signal);
    if (errorMessage === null) throw error;
    await settle(scope, { status: "failed", errorMessage });
    return false;
  }
}

async function bringPages({ scope, row, signal }: Import): Promise<void> {
  const limit = config().URL_IMPORT_MAX_PAGES;
  const waiting = (await listPages(scope, { status: "waiting", after: -1, limit })).values();
  const failures: unknown[] = [];
  const work = async (pages: Iterable<UrlImportPageRow>) => {
    for (const page of pages) {
      if (failures.length > 0 || !(await isWanted(scope))) return;
      signal.throwIfAborted();
      await bringPage({ scope, vectorStoreId: row.vectorStoreId, page, signal });
    }
  };
  const workers = Array.from({ length: config().URL_IMPORT_CONCURRENCY }, () =>
    work(waiting).catch((error: unknown) => failures.push(error)),
  );
  await Promise.all(workers);
  if (failures.length > 0) throw failures[0];
}

/** False once the import was cancelled or deleted, or goes on in another job. */
async function isWanted(scope: UrlImportRun): Promise<boolean> {
  const row = await findUrlImport(scope);
  return row?.status === "in_progress" && row.jobId === scope.jobId;
}

async function settle(
  scope: UrlImportRun,
  set: { status: "completed" } | { status: "failed"; errorMessage: string },
): Promise<void> {
  const endedAt = new Date(clock().now());
  await mapped(() => inTransaction((tx) => changeUrlImport(scope, ["in_progress"], { tx, set: { ...set, endedAt } })));
}
