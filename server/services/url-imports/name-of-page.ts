import { cleanRelativePath } from "#server/services/files/clean-filename";

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
  const path = readable(pathname).replace(/\/+$/, "");
  const query = readable(search).replaceAll("/", " ");
  const hasEnding = path !== "" && query === "" && /\.[A-Za-z][A-Za-z0-9]{0,7}$/.test(path);
  const ending = hasEnding ? "" : (ENDINGS[mediaType] ?? "");
  return cleanRelativePath(`${host}${path}${query}${ending}`) ?? host;
}

function readable(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
