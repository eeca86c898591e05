import { Parser } from "htmlparser2";

/** What one document of a sitemap lists. */
export interface Sitemap {
  /** Of an index: more documents like this one. */
  sitemaps: string[];
  pages: string[];
}

/** Text between two looks at the event loop. */
const SLICE_CHARS = 64 * 1024;
const PARENTS: Partial<Record<string, keyof Sitemap>> = { url: "pages", sitemap: "sitemaps" };

/**
 * Reads a sitemap or an index of sitemaps (sitemaps.org), or a plain list with an address a line, without holding up
 * the process. Stops after `limit` entries. Null for what is neither.
 */
export async function readSitemap(text: string, limit: number): Promise<Sitemap | null> {
  const start = text.slice(0, 1024).trimStart();
  if (/^https?:\/\//i.test(start)) return { sitemaps: [], pages: linesOf(text).slice(0, limit) };
  if (!start.startsWith("<")) return null;
  const found: Sitemap = { sitemaps: [], pages: [] };
  let isSitemap = false;
  const open: string[] = [];
  let location = "";
  const parser = new Parser(
    {
      onopentag: (name) => {
        const local = localName(name);
        if (open.length === 0 && (local === "urlset" || local === "sitemapindex")) isSitemap = true;
        open.push(local);
        location = "";
      },
      ontext: (more) => {
        if (open.at(-1) === "loc") location += more;
      },
      onclosetag: () => {
        const list = open.pop() === "loc" ? PARENTS[open.at(-1) ?? ""] : undefined;
        if (list && location.trim() !== "") found[list].push(location.trim());
      },
    },
    { xmlMode: true },
  );
  for (let at = 0; at < text.length && found.pages.length + found.sitemaps.length < limit; at += SLICE_CHARS) {
    parser.write(text.slice(at, at + SLICE_CHARS));
    await new Promise((resolve) => setImmediate(resolve));
  }
  if (!isSitemap) return null;
  return { sitemaps: found.sitemaps.slice(0, limit), pages: found.pages.slice(0, limit) };
}

function linesOf(text: string): string[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

function localName(name: string): string {
  return name.slice(name.indexOf(":") + 1).toLowerCase();
}
