import { LRUCache } from "lru-cache";
import { clock } from "#server/clock";
import { config } from "#server/config";

/** What an address has given: a page's text, or a robots.txt. */
export interface CachedPage {
  /** Where it came from, after redirects. */
  url: string;
  title: string;
  text: string;
}

interface Entry extends CachedPage {
  until: number;
}

/** Of an entry, beside its text: what keeps a flood of empty ones within bounds. */
const BASE_SIZE = 1_000;

/** Of the pages of one request: one as long as a page can be, beside some of the usual length. */
const OWN_CHARS = 12 * 1024 * 1024;

function sizeOf({ text, title, url }: CachedPage): number {
  return BASE_SIZE + text.length + title.length + url.length;
}

const holder = globalThis as typeof globalThis & { rejoinderWebPages?: LRUCache<string, Entry> };

function entries(): LRUCache<string, Entry> {
  holder.rejoinderWebPages ??= new LRUCache<string, Entry>({
    maxSize: config().WEB_PAGE_CACHE_CHARS,
    sizeCalculation: sizeOf,
  });
  return holder.rejoinderWebPages;
}

/** Pages by their keys, for WEB_PAGE_CACHE_SECONDS. */
export interface PageCache {
  get(key: string): CachedPage | null;
  set(key: string, page: CachedPage): void;
}

/** The pages that a team's requests have opened on this server. */
export function teamPages(teamId: string): PageCache {
  return {
    get(key) {
      const entry = entries().get(`${teamId} ${key}`);
      return entry && entry.until > clock().now() ? entry : null;
    },
    set(key, page) {
      entries().set(`${teamId} ${key}`, { ...page, until: clock().now() + config().WEB_PAGE_CACHE_SECONDS });
    },
  };
}

/** Pages that are remembered no longer than whoever holds this; the last ones of many. */
export function ownPages(): PageCache {
  const pages = new LRUCache<string, CachedPage>({ maxSize: OWN_CHARS, sizeCalculation: sizeOf });
  return { get: (key) => pages.get(key) ?? null, set: (key, page) => void pages.set(key, page) };
}

/** Forgets all pages (tests). */
export function forgetPages(): void {
  delete holder.rejoinderWebPages;
}
