import type { FunctionCallItem, FunctionCallOutputItem, Item } from "#server/protocol/items";
import { WebSearchCallMade, type WebSearchCallMade as WebSearchCallMadeItem } from "#server/protocol/web-search-tools";
import { callIdOf } from "#server/services/responses/mcp-as-calls";

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
    return data?.action ? callPair(data, data.action) : [];
  });
}

function callPair(
  made: WebSearchCallMadeItem,
  { type, ...about }: NonNullable<WebSearchCallMadeItem["action"]>,
): [FunctionCallItem, FunctionCallOutputItem] {
  const common = { status: "completed", call_id: callIdOf(made.id) } as const;
  const { sources: _, ...asked } = { sources: undefined, ...about };
  const text = JSON.stringify({ action: type, ...asked });
  return [
    { type: "function_call", id: made.id, ...common, name: NAME, arguments: text },
    { type: "function_call_output", id: `${made.id}_result`, ...common, output: outcomeOf(made) },
  ];
}

function outcomeOf({ status, action, results }: WebSearchCallMadeItem): string {
  if (status === "failed") return "This failed.";
  if (results?.length) return results.map(({ title, url, text }) => `${title} ${url}\n${text}`).join("\n---\n");
  if (results && action?.type === "search") return "The search found nothing.";
  return "What this gave is no longer at hand.";
}
