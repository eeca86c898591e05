import { expect, test } from "vitest";
import { parseCreatePrompt } from "#server/protocol/prompt-templates";

const shop = { type: "mcp", server_label: "shop", server_url: "https://shop.example/mcp" };
const create = (tool: object) => () => parseCreatePrompt({ name: "p", instructions: "Be brief.", tools: [tool] });

test.each([
  [{ authorization: "s3cret" }, "tools[0].authorization"],
  [{ headers: { "x-key": "s3cret" } }, "tools[0].headers"],
  [{ server_url: "https://shop.example/mcp?key=s3cret" }, "tools[0].server_url"],
])("a template with %j is refused, and its value is not said again", (fields, param) => {
  const made = create({ ...shop, ...fields });
  expect(made).toThrow(expect.objectContaining({ param, message: expect.not.stringContaining("s3cret") }));
});

test("a template may name a server", () => {
  expect(create({ ...shop, headers: {} })).not.toThrow();
});
