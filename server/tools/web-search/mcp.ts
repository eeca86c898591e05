import { config } from "#server/config";
import { AppError } from "#server/errors";
import { callMcpTool } from "#server/tools/mcp/call-tool";
import type { SearchBackend } from "#server/tools/web-search/backend";
import { readResults } from "#server/tools/web-search/read-results";
import { withSites } from "#server/tools/web-search/site-operators";
import { within } from "#server/tools/within";

/** A tool of an MCP server that takes a `query`, as those of Brave, Tavily, Exa and SearXNG do. */
export const mcp: SearchBackend = async (query, { url, apiKey, tool }) => {
  const headers: Record<string, string> = apiKey === "" ? {} : { authorization: `Bearer ${apiKey}` };
  const server = { teamId: query.teamId, label: "web_search", url: url ?? "", headers };
  const ms = config().WEB_SEARCH_TIMEOUT_SECONDS;
  const late = () => new AppError("provider_timeout", `The search engine (mcp) did not answer within ${ms / 1000} s.`);
  const { text, whole, error } = await within({ ms, signal: query.signal, late }, (signal) =>
    callMcpTool(server, { name: tool, arguments: { query: withSites(query) } }, signal),
  );
  if (error !== null) throw new AppError("tool_server_error", `The search engine (mcp) failed: ${text}`);
  const found = readResults(whole ?? text);
  if (found !== null) return found.slice(0, query.count);
  throw new AppError("tool_server_error", "The search engine (mcp) gave an answer that cannot be read.");
};
