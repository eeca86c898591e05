import type { Item } from "#server/protocol/items";
import { WebSearchCallMade } from "#server/protocol/web-search-tools";
import { callPair } from "#server/services/responses/call-pair";

const NAME = "web_search";

/** True for a web search that no provider has made, as far as is known. */
export function isOwnWebSearch(item: Item): boolean {
  return item.type === "web_search_call" && !("upstream" in item && item.upstream);
}

/**
 * The items as a model can read them whose provider searches no web: each search of ours as the call of a function, with
 * what is kept of its results. There are no markers: only what this response finds can be cited.
 */
export function webSearchAsCalls(items: readonly Item[]): Item[] {
  return items.flatMap((item): Item[] => {
    if (!isOwnWebSearch(item)) return [item];
    const { data } = WebSearchCallMade.safeParse(item);
    if (!data?.action) return [];
    const { type, sources: _, ...about } = { sources: undefined, ...data.action };
    const asked = JSON.stringify({ action: type, ...about });
    return callPair({ id: data.id, name: NAME, arguments: asked, output: outcomeOf(data) });
  });
}

function outcomeOf({ status, action, results }: WebSearchCallMade): string {
  if (status === "failed") return "This failed.";
  if (results?.length) return results.map(({ title, url, text }) => `${title} ${url}\n${text}`).join("\n---\n");
  if (results && action?.type === "search") return "The search found nothing.";
  return "What this gave is no longer at hand.";
}
