import { config } from "#server/config";
import { AppError } from "#server/errors";
import type { BackendQuery, BackendResult, BackendSettings, SearchBackend } from "#server/tools/web-search/backend";
import { brave } from "#server/tools/web-search/brave";
import { isOpenTo } from "#server/tools/web-search/domains";
import { exa } from "#server/tools/web-search/exa";
import { google } from "#server/tools/web-search/google";
import { type McpEngine, mcp, searchByMcp } from "#server/tools/web-search/mcp";
import { searxng } from "#server/tools/web-search/searxng";
import { tavily } from "#server/tools/web-search/tavily";

const BACKENDS: Record<NonNullable<ReturnType<typeof config>["WEB_SEARCH_BACKEND"]>, SearchBackend> = {
  brave,
  tavily,
  exa,
  searxng,
  google,
  mcp,
};

/** The search engine that the operator has named; null: none. */
export function webSearchEngine(): string | null {
  return config().WEB_SEARCH_BACKEND ?? null;
}

/**
 * Searches the web by the configured engine, or the team's `engine` in its place, all queries at once. What each has found
 * comes in turn, no page twice, and none that the domains exclude. `count`: results of each query.
 * @throws AppError tool_server_error, provider_timeout, provider_error, payload_too_large when no query has an answer;
 *   the signal's reason
 */
export async function searchWeb(
  queries: readonly string[],
  { engine, ...options }: Omit<BackendQuery, "query"> & { engine: McpEngine | null },
): Promise<BackendResult[]> {
  const ask = engine === null ? configured() : (query: BackendQuery) => searchByMcp(engine, query);
  const outcomes = await Promise.allSettled(queries.map((query) => ask({ ...options, query })));
  options.signal.throwIfAborted();
  const found = outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value] : []));
  const failure = outcomes.find((outcome) => outcome.status === "rejected");
  if (found.length === 0 && failure) throw failure.reason;
  return inTurn(found)
    .flatMap((result) => usable(result, options) ?? [])
    .filter(isFirst());
}

function configured(): (query: BackendQuery) => Promise<BackendResult[]> {
  const set = config();
  const name = set.WEB_SEARCH_BACKEND;
  if (!name) throw new AppError("internal_error", "No search engine is configured.");
  const settings: BackendSettings = {
    url: set.WEB_SEARCH_URL ?? null,
    apiKey: set.WEB_SEARCH_API_KEY ?? "",
    engineId: set.WEB_SEARCH_ENGINE_ID ?? "",
    tool: set.WEB_SEARCH_TOOL ?? "",
  };
  return (query) => BACKENDS[name](query, settings);
}

/** The first of each list, then the second of each, and so on. */
function inTurn<T>(lists: readonly T[][]): T[] {
  const longest = Math.max(0, ...lists.map((list) => list.length));
  return Array.from({ length: longest }, (_, place) => lists.flatMap((list) => list.slice(place, place + 1))).flat();
}

/** The result with its URL in its usual spelling; null for what is no page of the web, or is excluded. */
function usable(result: BackendResult, options: Omit<BackendQuery, "query">): BackendResult | null {
  const url = URL.parse(result.url);
  if (!url || !["http:", "https:"].includes(url.protocol) || !isOpenTo(url.href, options)) return null;
  return { url: url.href, title: result.title.replaceAll(/\s+/g, " ").trim(), text: result.text.trim() };
}

function isFirst(): (result: BackendResult) => boolean {
  const seen = new Set<string>();
  return ({ url }) => !seen.has(url) && seen.add(url) !== null;
}
