import { describe, expect, test } from "vitest";
import { isWebSearch, readWebSearchTool, showWebSearch } from "#server/protocol/web-search-tools";

const read = (fields: Record<string, unknown>, type: "web_search" | "web_search_preview" = "web_search") =>
  readWebSearchTool({ type, ...fields }, "tools[2]");

describe("a web search tool", () => {
  test("is shown with OpenAI's defaults", () => {
    expect(read({})).toEqual({
      read: { allowedDomains: [], blockedDomains: [], location: null, contextSize: "medium" },
      shown: { type: "web_search", filters: null, search_context_size: "medium", user_location: null },
    });
    expect(read({ search_content_types: ["text"] }, "web_search_preview").shown).toEqual({
      ...{ type: "web_search_preview", search_content_types: ["text"] },
      ...{ search_context_size: "medium", user_location: null },
    });
  });

  test("is read whole", () => {
    const user_location = { type: "approximate", country: "fr", city: "Paris" };
    const filters = { allowed_domains: ["Example.com", "*.example.org"], blocked_domains: ["x.example.com."] };
    const { read: settings, shown } = read({ filters, user_location, search_context_size: "high" });
    expect(settings).toEqual({
      allowedDomains: ["example.com", "example.org"],
      blockedDomains: ["x.example.com"],
      location: { type: "approximate", country: "FR", city: "Paris", region: null, timezone: null },
      contextSize: "high",
    });
    expect(shown).toMatchObject({ user_location: settings.location, search_context_size: "high" });
  });

  test.each([
    [{ search_context_size: "huge" }, "tools[2].search_context_size"],
    [{ filters: { allowed_domains: ["https://a.example/x"] } }, "tools[2].filters.allowed_domains[0]"],
    [{ filters: { allowed_domains: "a.example" } }, "tools[2].filters.allowed_domains"],
    [{ user_location: { country: "France" } }, "tools[2].user_location.country"],
    [{ external_web_access: false }, "tools[2].external_web_access"],
  ])("%j is refused by name", (fields, param) => {
    expect(() => read(fields)).toThrow(expect.objectContaining({ param }));
  });

  test("has four names", () => {
    const names = ["web_search", "web_search_2025_08_26", "web_search_preview", "web_search_preview_2025_03_11"];
    expect(names.every((type) => isWebSearch({ type }))).toBe(true);
    expect(isWebSearch({ type: "file_search" })).toBe(false);
  });
});

test("a search shows sources and results to those who include them", () => {
  const action = { type: "search", query: "q", sources: [{ type: "url", url: "https://a.example/" }] };
  const item = { type: "web_search_call", id: "ws_1", action, results: [] };
  const wire = (include: string[]) => JSON.parse(JSON.stringify(showWebSearch(item, include)));
  expect(wire([])).toEqual({ type: "web_search_call", id: "ws_1", action: { type: "search", query: "q" } });
  expect(wire(["web_search_call.action.sources"])).toEqual({ type: "web_search_call", id: "ws_1", action });
  expect(showWebSearch(item, ["web_search_call.results", "web_search_call.action.sources"])).toBe(item);
  const opened = { type: "web_search_call", id: "ws_1", action: { type: "open_page", url: "https://a.example/" } };
  expect(showWebSearch(opened, [])).toBe(opened);
});
