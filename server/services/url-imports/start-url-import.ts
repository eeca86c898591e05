import { clock } from "#server/clock";
import { config } from "#server/config";
import { inTransaction } from "#server/db/client";
import { mapped } from "#server/db/mapped";
import { insertPages } from "#server/db/url-import-pages";
import { deleteOldUrlImports, insertUrlImport } from "#server/db/url-imports";
import { AppError, isAppError } from "#server/errors";
import { newId, timeOrderedHex } from "#server/ids";
import { enqueueAll, ensureQueue } from "#server/jobs/queue";
import { parseOutboundUrl } from "#server/outbound/guard";
import type { ServiceContext } from "#server/services/context";
import { KEPT_IMPORTS } from "#server/services/url-imports/list-url-imports";
import { urlImportJob } from "#server/services/url-imports/url-import-job";
import type { UrlImportView } from "#server/services/url-imports/url-import-view";
import { openVectorStores } from "#server/services/vector-stores/open-vector-stores";

export interface StartUrlImportInput {
  vectorStoreId: string;
  /** Pages by name, or where a sitemap lists them. */
  source: { urls: readonly string[] } | { sitemapUrl: string; otherHosts: boolean };
}

/**
 * Has web pages brought into a store by a job: each becomes a file with its address as the attribute `url`. A page that
 * is there under its address is replaced where it has changed.
 * @throws AppError not_found; invalid_request for an expired store; outbound_not_allowed for an address that may not be
 *   fetched; invalid_value for none, or more than URL_IMPORT_MAX_PAGES; database_unavailable
 */
export async function startUrlImport({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: StartUrlImportInput;
}): Promise<UrlImportView> {
  const { vectorStoreId, source } = input;
  const { teamId } = ctx.principal;
  await openVectorStores({ ctx, input: { ids: [vectorStoreId], param: "vectorStoreId" } });
  const urls = "urls" in source ? readUrls(source.urls) : [];
  const sitemap = "urls" in source ? null : { ...source, sitemapUrl: readUrl(source.sitemapUrl, "sitemapUrl") };
  const view: Omit<UrlImportView, "pages"> = {
    ...{ id: newId("urlImport"), vectorStoreId, listed: sitemap === null, skippedCount: 0, errorMessage: null },
    ...{ sitemapUrl: sitemap?.sitemapUrl ?? null, otherHosts: sitemap?.otherHosts ?? false },
    ...{ status: "in_progress", createdAt: new Date(clock().now()), endedAt: null },
  };
  const scope = { teamId, importId: view.id };
  const jobId = timeOrderedHex();
  await ensureQueue(urlImportJob);
  await mapped(() =>
    inTransaction(async (tx) => {
      await deleteOldUrlImports({ teamId, vectorStoreId }, KEPT_IMPORTS - 1, tx);
      await insertUrlImport(teamId, { ...view, jobId }, tx);
      await insertPages(scope, urls, tx);
      await enqueueAll(urlImportJob, [{ id: jobId, payload: scope, priority: 0 }], tx);
    }),
  );
  return { ...view, pages: { waiting: urls.length, added: 0, unchanged: 0, failed: 0 } };
}

function readUrls(texts: readonly string[]): string[] {
  const limit = config().URL_IMPORT_MAX_PAGES;
  const urls = [...new Set(texts.map((text) => readUrl(text, "urls")))];
  if (urls.length >= 1 && urls.length <= limit) return urls;
  const message = `Invalid 'urls': give 1 to ${limit} addresses, not ${urls.length}.`;
  throw new AppError("invalid_value", message, { param: "urls" });
}

/** An address in its one spelling, without what only a browser looks at. */
function readUrl(text: string, param: string): string {
  try {
    const url = parseOutboundUrl(text.trim(), { allowLoopback: false });
    url.hash = "";
    return url.href;
  } catch (error) {
    if (!isAppError(error)) throw error;
    throw new AppError(error.code, `${text.trim()}: ${error.message}`, { param, cause: error });
  }
}
