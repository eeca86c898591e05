import { expect, test } from "vitest";
import type { Item } from "#server/protocol/items";
import { webSearchAsCalls } from "#server/services/responses/web-search-as-calls";

const action = { type: "search", query: "q", queries: ["q"], sources: [{ type: "url", url: "https://a.example/" }] };
const search = (fields: object) =>
  ({ type: "web_search_call", id: "ws_1", status: "completed", action, ...fields }) as Item;

test.each([
  [{ results: [{ url: "https://a.example/", title: "A", text: "Text" }] }, "A https://a.example/\nText"],
  [{ results: [] }, "The search found nothing."],
  [{}, "What this gave is no longer at hand."],
  [{ action: { type: "open_page", url: "https://a.example/" } }, "What this gave is no longer at hand."],
  [{ status: "failed" }, "This failed."],
])("a search of ours with %j is shown as a call and its result", (fields, output) => {
  const [call, result] = webSearchAsCalls([search(fields)]);
  expect(call).toMatchObject({ type: "function_call", call_id: "ws_1", name: "web_search" });
  expect(result).toMatchObject({ type: "function_call_output", call_id: "ws_1", output });
  expect(JSON.stringify(call)).not.toContain("sources");
});

test("those of a provider, and those without an action, are not", () => {
  const theirs = search({ upstream: { host: "api.openai.com", id: "ws_up" } });
  expect(webSearchAsCalls([theirs])).toEqual([theirs]);
  expect(webSearchAsCalls([search({ action: undefined })])).toEqual([]);
});
