import { AppError } from "#server/errors";
import { type Tool, type ToolResult, WEB_SEARCH_CALL } from "#server/tools/tool";
import { toAction, WebSearchInput } from "#server/tools/web-search/web-search-input";

/** A hosted web search that answers as a test says; without words it has one page for each search, and opens none. */
export function fakeWebSearch(answer: (input: WebSearchInput) => ToolResult = onePage): Tool {
  const tool: Tool<WebSearchInput> = {
    name: "web_search",
    description: "Searches the web.",
    inputSchema: WebSearchInput,
    call: WEB_SEARCH_CALL,
    opened: (input) => ({ action: toAction(input) }),
    run: async (input) => answer(input),
  };
  return tool as Tool;
}

function onePage(input: WebSearchInput): ToolResult {
  if (input.action !== "search") throw new AppError("tool_server_error", "There is no such page.");
  const page = { url: "https://www.cats.example/", title: "Cats" };
  return {
    output: `【1】 ${page.title} ${page.url}\nCats purr.`,
    item: {
      action: { ...toAction(input), sources: [{ type: "url", url: page.url }] },
      results: [{ ...page, text: "Cats purr." }],
    },
    sources: [{ marker: "【1】", ...page }],
  };
}
