import { cleanRelativePath, readablePart } from "#server/services/files/clean-filename";

/** Flavours of text are told apart by the name; an address without an ending gets that of its media type. */
const ENDINGS: Partial<Record<string, string>> = {
  "text/html": ".html",
  "application/xhtml+xml": ".html",
  "text/markdown": ".md",
  "text/csv": ".csv",
  "text/plain": ".txt",
  "application/pdf": ".pdf",
  "application/json": ".json",
};

/** A file's name for a web page: its host and path, readable, with the ending of its media type. */
export function nameOfPage(url: string, mediaType: string): string {
  const { host, pathname, search } = new URL(url);
  const path = readablePart(pathname).replace(/\/+$/, "");
  const query = readablePart(search).replaceAll("/", " ");
  const hasEnding = path !== "" && query === "" && /\.[A-Za-z][A-Za-z0-9]{0,7}$/.test(path);
  const ending = hasEnding ? "" : (ENDINGS[mediaType] ?? "");
  return cleanRelativePath(`${host}${path}${query}${ending}`) ?? host;
}
