import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { config } from "#server/config";
import { AppError } from "#server/errors";
import { fetchPage, whyNotFetched } from "#server/services/url-imports/fetch-page";
import { readSitemap, type Sitemap } from "#server/services/url-imports/read-sitemap";

/** Documents of one sitemap; those beyond are left out. */
const MAX_DOCUMENTS = 50;
/** Entries that one document may have (sitemaps.org). */
const MAX_ENTRIES = 50_000;

const unzip = promisify(gunzip);

export interface SitemapPages {
  /** At most URL_IMPORT_MAX_PAGES, each once, in the sitemap's order. */
  urls: string[];
  /** Entries for pages that are left out. They are not kept, so one listed again counts again. */
  skippedCount: number;
}

/**
 * The pages that a sitemap lists, with those of the sitemaps that it lists, on its own host unless others are wanted. One of
 * those that cannot be read counts as one entry left out.
 * @throws AppError what fetching throws for the first document; invalid_value when that is no sitemap, or names no page
 *   to bring; the signal's reason
 */
export async function listSitemapPages({
  sitemapUrl,
  otherHosts,
  signal,
}: {
  sitemapUrl: string;
  otherHosts: boolean;
  signal: AbortSignal;
}): Promise<SitemapPages> {
  const hosts = new Set([new URL(sitemapUrl).host]);
  const isWanted = (url: string) => otherHosts || hosts.has(new URL(url).host);
  const documents = new Set([sitemapUrl]);
  const urls = new Set<string>();
  let skippedCount = 0;
  let failure: unknown;
  // What a document names is visited after it, in the same loop.
  for (const address of documents) {
    const sitemap = await readDocument(address, signal).catch((error: unknown) => {
      if (address === sitemapUrl || whyNotFetched(error, signal) === null) throw error;
      failure ??= error;
      return null;
    });
    if (sitemap === null) {
      skippedCount += 1;
      continue;
    }
    if (address === sitemapUrl) hosts.add(sitemap.host);
    for (const url of sitemap.sitemaps.flatMap((text) => toUrl(text, address))) {
      if (documents.size < MAX_DOCUMENTS && isWanted(url)) documents.add(url);
    }
    for (const url of sitemap.pages.flatMap((text) => toUrl(text, address))) {
      if (urls.has(url)) continue;
      if (urls.size < config().URL_IMPORT_MAX_PAGES && isWanted(url)) urls.add(url);
      else skippedCount += 1;
    }
  }
  if (urls.size === 0 && failure !== undefined) throw failure;
  if (urls.size === 0) throw noPages(skippedCount, [...hosts].join(" or "));
  return { urls: [...urls], skippedCount };
}

/** A sitemap's entries, and the host that it came from in the end. */
async function readDocument(address: string, signal: AbortSignal): Promise<Sitemap & { host: string }> {
  const { body, url } = await fetchPage(address, signal);
  const sitemap = await readSitemap(await textOf(body), MAX_ENTRIES);
  if (sitemap === null) throw notASitemap(address);
  return { ...sitemap, host: new URL(url).host };
}

async function textOf(body: Buffer): Promise<string> {
  const isZipped = body[0] === 0x1f && body[1] === 0x8b;
  if (!isZipped) return new TextDecoder().decode(body);
  try {
    return new TextDecoder().decode(await unzip(body, { maxOutputLength: config().URL_IMPORT_MAX_BYTES }));
  } catch (error) {
    const message = `The sitemap could not be unpacked, or is larger than ${config().URL_IMPORT_MAX_BYTES} bytes.`;
    throw new AppError("invalid_value", message, { cause: error });
  }
}

/** An address of a sitemap in its one spelling, none for what is no address of a page. */
function toUrl(text: string, base: string): string[] {
  const url = URL.parse(text, base);
  if (url?.protocol !== "http:" && url?.protocol !== "https:") return [];
  url.hash = "";
  return [url.href];
}

function notASitemap(address: string): AppError {
  const message = `What ${address} answers is no sitemap: neither a <urlset> or <sitemapindex> nor a list of addresses.`;
  return new AppError("invalid_value", message);
}

function noPages(listed: number, host: string): AppError {
  const message =
    listed === 0 ? "The sitemap lists no page." : `None of the ${listed} pages of the sitemap is on ${host}.`;
  return new AppError("invalid_value", message);
}
