import type { CacheBreakpoint } from "#server/protocol/content";
import type { ModelContent } from "#server/providers/provider";

/** What OpenAI's wires say of a part that ends a prefix to be cached. */
export interface CacheMark {
  prompt_cache_breakpoint?: CacheBreakpoint;
}

/** The mark of a part; none for one that ends no prefix. */
export function cacheMarkOf(part: ModelContent): CacheMark {
  return "endsPrefix" in part ? { prompt_cache_breakpoint: { mode: "explicit" } } : {};
}
