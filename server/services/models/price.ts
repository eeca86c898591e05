import { calcPrice, findProvider } from "@pydantic/genai-prices";
import { LRUCache } from "lru-cache";
import type { Connection, ModelInfo, ModelUsage } from "#server/providers/provider";

/** Names of the price table for vendors that are known by their kind alone. */
const PRICED_KINDS: Partial<Record<string, string>> = { anthropic: "anthropic", google: "google" };

/** By base URL: the table is searched address by address, which costs more than all else that a price needs. */
const providers = new LRUCache<string, { id: string | null }>({ max: 1_000 });
const windows = new LRUCache<string, { contextWindow: number | null }>({ max: 1_000 });

/** The price table's provider of a connection: by kind, or by the address it really goes to. Null: nobody's prices. */
function priceProviderOf(connection: Connection): string | null {
  const byKind = PRICED_KINDS[connection.kind];
  if (byKind !== undefined) return byKind;
  if (connection.kind !== "openai-compatible" || connection.baseUrl === null) return null;
  const known = providers.get(connection.baseUrl);
  if (known) return known.id;
  const id = findProvider({ providerApiUrl: connection.baseUrl })?.id ?? null;
  providers.set(connection.baseUrl, { id });
  return id;
}

/**
 * US dollars for a call, from the bundled price table. The built-in models cost nothing; null means unpriced: a server
 * of one's own, or a model that the table does not know.
 */
export function priceOf(connection: Connection, modelId: string, usage: ModelUsage): number | null {
  if (connection.kind === "builtin") return 0;
  const providerId = priceProviderOf(connection);
  if (providerId === null) return null;
  const counts = {
    input_tokens: usage.inputTokens,
    cache_read_tokens: Math.min(usage.cachedTokens, usage.inputTokens),
    output_tokens: usage.outputTokens,
  };
  try {
    return calcPrice(counts, modelId, { providerId })?.total_price ?? null;
  } catch {
    // The table throws for counts that a model has no price for.
    return null;
  }
}

/** How many tokens a model takes, from the vendor's list or the price table; null when neither says. */
export function contextWindowOf(connection: Connection, modelId: string, listed: ModelInfo | null): number | null {
  if (listed?.contextWindow !== undefined) return listed.contextWindow;
  const key = `${connection.kind} ${connection.baseUrl ?? ""} ${modelId}`;
  const known = windows.get(key);
  if (known) return known.contextWindow;
  const contextWindow = tabledWindow(priceProviderOf(connection), modelId);
  windows.set(key, { contextWindow });
  return contextWindow;
}

function tabledWindow(providerId: string | null, modelId: string): number | null {
  if (providerId === null) return null;
  try {
    return calcPrice({ input_tokens: 0, output_tokens: 0 }, modelId, { providerId })?.model.context_window ?? null;
  } catch {
    return null;
  }
}
