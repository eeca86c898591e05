import { expect, it } from "vitest";
import { includeOf, noTools, toolsOf, withoutTokens } from "./playground-tools.tsx";

const shop = { label: "shop", url: "https://mcp.example.com/mcp", token: "secret", approval: "always" as const };

it("names each tool as the API does", () => {
  const settings = {
    ...{ vectorStoreIds: ["vs_1"], agentic: true, hosted: ["web_search" as const, "code_interpreter" as const] },
    saved: [
      { kind: "mcp" as const, name: "docs" },
      { kind: "http" as const, name: "weather" },
    ],
    servers: [shop, { ...shop, label: "open", token: "", approval: "never" as const }],
  };
  expect(toolsOf(settings)).toEqual([
    { type: "agentic_search", vector_store_ids: ["vs_1"] },
    { type: "web_search" },
    { type: "code_interpreter", container: { type: "auto" } },
    { type: "mcp", server_label: "docs" },
    { type: "rejoinder:tool", name: "weather" },
    {
      ...{ type: "mcp", server_label: "shop", server_url: shop.url, authorization: "secret" },
      require_approval: "always",
    },
    { type: "mcp", server_label: "open", server_url: shop.url, require_approval: "never" },
  ]);
  expect(includeOf(settings)).toEqual([
    "file_search_call.results",
    "web_search_call.action.sources",
    "code_interpreter_call.outputs",
  ]);
  expect(toolsOf({ ...noTools, vectorStoreIds: ["vs_1"] })).toMatchObject([{ type: "file_search" }]);
  expect([toolsOf(noTools), includeOf(noTools)]).toEqual([[], []]);
});

it("shows no token in code", () => {
  expect(JSON.stringify(toolsOf(withoutTokens({ ...noTools, servers: [shop] })))).not.toContain("secret");
});
