import { config } from "#server/config";
import { AppError } from "#server/errors";
import { callMcpTool } from "#server/tools/mcp/call-tool";
import type { McpServer } from "#server/tools/mcp/mcp-server";
import type { BackendQuery, BackendResult, SearchBackend } from "#server/tools/web-search/backend";
import { readResults } from "#server/tools/web-search/read-results";
import { withSites } from "#server/tools/web-search/site-operators";
import { within } from "#server/tools/within";

/** A tool of an MCP server that searches the web. */
export interface McpEngine {
  /** For whoever reads of a failure. */
  name: string;
  server: McpServer;
  tool: string;
  /** That of its arguments which takes the query. */
  argument: string;
}

/**
 * Asks a tool of an MCP server, with nothing but the query.
 * @throws AppError tool_server_error, provider_timeout; the signal's reason
 */
export async function searchByMcp(
  { name, server, tool, argument }: McpEngine,
  query: BackendQuery,
): Promise<BackendResult[]> {
  const ms = config().WEB_SEARCH_TIMEOUT_SECONDS;
  const late = () =>
    new AppError("provider_timeout", `The search engine (${name}) did not answer within ${ms / 1000} s.`);
  const { text, whole, error } = await within({ ms, signal: query.signal, late }, (signal) =>
    callMcpTool(server, { name: tool, arguments: { [argument]: withSites(query) } }, signal),
  );
  if (error !== null) throw new AppError("tool_server_error", `The search engine (${name}) failed: ${text}`);
  const found = readResults(whole ?? text);
  if (found !== null) return found.slice(0, query.count);
  throw new AppError("tool_server_error", `The search engine (${name}) gave an answer that cannot be read.`);
}

/** The operator's: a tool that takes a `query`, as those of Brave, Tavily, Exa and SearXNG do. */
export const mcp: SearchBackend = (query, { url, apiKey, tool }) => {
  const headers: Record<string, string> = apiKey === "" ? {} : { authorization: `Bearer ${apiKey}` };
  const server = { teamId: query.teamId, label: "web_search", url: url ?? "", headers };
  return searchByMcp({ name: "mcp", server, tool, argument: "query" }, query);
};
