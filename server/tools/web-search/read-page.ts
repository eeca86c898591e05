import robotsParser from "robots-parser";
import { config } from "#server/config";
import { AppError } from "#server/errors";
import { type OutboundAnswer, outboundFetch } from "#server/outbound/outbound-fetch";
import { isDocumentRefused, type ParsedDocument } from "#server/retrieval/parse/document";
import { readAsText } from "#server/retrieval/parse/read-as-text";
import { type DomainRules, isOpenTo } from "#server/tools/web-search/domains";
import type { CachedPage, PageCache } from "#server/tools/web-search/page-cache";
import { within } from "#server/tools/within";

/** The name that sites know this server by in their robots.txt. */
const AGENT = "Rejoinder";
const HEADERS = {
  accept: "text/html,application/xhtml+xml,application/pdf,text/*;q=0.9,*/*;q=0.5",
  "user-agent": `${AGENT}/1.0`,
};
/** What a crawler has to read of a robots.txt (RFC 9309, 2.5). */
const ROBOTS_BYTES = 512 * 1024;
/** Of which a beginning can be read. */
const TEXT_TYPES = /^(text\/|application\/(xhtml\+xml|xml|json)\b)/;

export interface PageReader {
  rules: DomainRules;
  cache: PageCache;
  signal: AbortSignal;
}

/**
 * The main text of a page, from the cache or through the outbound guard, in WEB_PAGE_TIMEOUT_SECONDS. Of a longer text
 * than WEB_PAGE_MAX_BYTES its beginning is read.
 * @throws AppError tool_server_error with a sentence for the model; outbound_not_allowed, provider_error,
 *   provider_timeout; the signal's reason
 */
export async function readPage(address: string, reader: PageReader): Promise<CachedPage> {
  const url = URL.parse(address);
  if (!url || !/^https?:$/.test(url.protocol))
    throw fault(`“${address}” is no URL of the web. Give one that begins with http:// or https://.`);
  url.hash = "";
  requireOpen(url.href, reader.rules);
  const known = reader.cache.get(url.href);
  if (known) {
    // A redirect may have led to where this request may not go.
    requireOpen(known.url, reader.rules);
    return known;
  }
  const ms = config().WEB_PAGE_TIMEOUT_SECONDS;
  const late = () => new AppError("provider_timeout", `"${url.host}" did not answer within ${ms / 1000} s.`);
  return within({ ms, signal: reader.signal, late }, async (signal) => {
    const page = await fetchPage(url.href, { ...reader, signal });
    reader.cache.set(url.href, page);
    return page;
  });
}

async function fetchPage(href: string, reader: PageReader): Promise<CachedPage> {
  await requireRobots(href, reader);
  const maxBytes = config().WEB_PAGE_MAX_BYTES;
  const timeoutMs = config().WEB_PAGE_TIMEOUT_SECONDS;
  const answer = await outboundFetch(href, {
    headers: HEADERS,
    signal: reader.signal,
    timeoutMs,
    maxBytes,
    cutBody: true,
  });
  requireOpen(answer.url, reader.rules);
  if (new URL(answer.url).origin !== new URL(href).origin) await requireRobots(answer.url, reader);
  if (answer.status !== 200) throw fault(`“${href}” answered ${answer.status}.`);
  const mediaType = mediaTypeOf(answer);
  if (answer.body.length >= maxBytes && !TEXT_TYPES.test(mediaType)) {
    throw fault(`“${href}” is larger than ${maxBytes} bytes, too large to be read.`);
  }
  const document = await parse(answer, mediaType, reader.signal);
  const title = document.headings[0]?.title || new URL(answer.url).host;
  return { url: answer.url, title, text: document.text };
}

async function parse({ body, url }: OutboundAnswer, mediaType: string, signal: AbortSignal): Promise<ParsedDocument> {
  const last = new URL(url).pathname.split("/").at(-1) ?? "";
  // Flavours of text are told apart by a name.
  const filename = /html/.test(mediaType) ? "page.html" : last;
  try {
    return await readAsText({ bytes: body, filename }, { signal, urgency: "now", recognise: false });
  } catch (error) {
    if (isDocumentRefused(error)) throw fault(`“${url}” cannot be read: ${error.message}`);
    throw error;
  }
}

/** Throws unless the site's robots.txt lets this server read the page. Without one it may (RFC 9309, 2.3.1). */
async function requireRobots(href: string, reader: PageReader): Promise<void> {
  if (config().WEB_PAGE_ROBOTS === "off") return;
  const robotsUrl = new URL("/robots.txt", href).href;
  const key = `robots ${robotsUrl}`;
  const known = reader.cache.get(key)?.text;
  const text = known ?? (await fetchRobots(robotsUrl, reader.signal));
  if (known === undefined) reader.cache.set(key, { url: robotsUrl, title: "", text });
  if (robotsParser(robotsUrl, text).isAllowed(href, AGENT) === false) {
    throw fault(`The site's robots.txt does not let this server open “${href}”.`);
  }
}

async function fetchRobots(url: string, signal: AbortSignal): Promise<string> {
  const timeoutMs = config().WEB_PAGE_TIMEOUT_SECONDS;
  const answer = await outboundFetch(url, {
    headers: HEADERS,
    signal,
    timeoutMs,
    maxBytes: ROBOTS_BYTES,
    cutBody: true,
  });
  if (answer.status === 200) return answer.body.toString("utf8");
  if (answer.status >= 500) throw fault(`“${url}” answered ${answer.status}: the site cannot say what may be read.`);
  return "";
}

function mediaTypeOf({ headers }: OutboundAnswer): string {
  return headers["content-type"]?.split(";", 1)[0]?.trim().toLowerCase() ?? "";
}

function requireOpen(url: string, rules: DomainRules): void {
  if (!isOpenTo(url, rules)) throw fault(`“${url}” is not on a domain that this search may open.`);
}

/** A failure that the model is told of in these words. */
function fault(message: string): AppError {
  return new AppError("tool_server_error", message);
}
