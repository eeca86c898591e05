import { AppError } from "#server/errors";
import { isVendorTool } from "#server/protocol/vendor-tools";
import { isWebSearch, readWebSearchTool } from "#server/protocol/web-search-tools";
import type { ServiceContext } from "#server/services/context";
import type { McpInput } from "#server/services/responses/open-mcp";
import { openSearchEngine } from "#server/services/responses/team-search-engine";
import { isOwnWebSearch, webSearchAsCalls } from "#server/services/responses/web-search-as-calls";
import { webSearch } from "#server/tools/registry";

/**
 * Makes the web searches of a request, unless the model's provider runs them itself, and shows the model those of
 * earlier turns. The request comes back as its response shows it: with the tools' defaults filled in.
 * @throws AppError unknown_tool_type when no search engine is configured; as {@link openSearchEngine}; as
 *   `readWebSearchTool` for a tool at fault
 */
export async function openWebSearch({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: McpInput;
}): Promise<Pick<McpInput, "request" | "context" | "tools">> {
  const { request, context, tools, model, placeOf } = input;
  const isConcerned = request.tools.some(isWebSearch) || context.items.some(isOwnWebSearch);
  if (!isConcerned || (await model.runsTools?.(ctx.signal))) return { request, context, tools };
  const all = new Map(tools);
  const engine = request.tools.some(isWebSearch) ? await openSearchEngine(ctx) : null;
  const shown = request.tools.map((tool) => {
    if (!isVendorTool(tool) || !isWebSearch(tool)) return tool;
    const { read, shown } = readWebSearchTool(tool, placeOf(tool));
    if (engine === null && webSearch.engine() === null) throw notConfigured(tool.type, placeOf(tool));
    const { teamId } = ctx.principal;
    // Nothing of a request that is not stored is remembered once it has ended.
    const options = { name: tool.type, settings: read, teamId, engine, remembers: request.store };
    all.set(tool.type, webSearch.create(options));
    return shown;
  });
  return {
    request: { ...request, tools: shown },
    context: { ...context, items: webSearchAsCalls(context.items) },
    tools: all,
  };
}

function notConfigured(type: string, place: string): AppError {
  const message =
    `The tool '${type}' needs a search engine, and this server has none: this model's provider runs no web search ` +
    "itself, and WEB_SEARCH_BACKEND is not set. Whoever operates the server sets it to brave, tavily, exa, searxng, google or mcp; a team can name a tool of a server it has saved.";
  return new AppError("unknown_tool_type", message, { param: `${place}.type`, wireCode: "unsupported_value" });
}
