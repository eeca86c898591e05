import { expect, test } from "vitest";
import { isAllowed, needsApproval, readMcpTool, requireWholeUrl } from "#server/protocol/mcp-tools";

const base = { type: "mcp", server_label: "shop", server_url: "https://shop.example/mcp" };
const read = (fields: object) => readMcpTool({ ...base, ...fields }, "tools[3]");
const look = { name: "look", readOnly: true };
const order = { name: "order", readOnly: false };

test("what a request leaves out has OpenAI's defaults, and the token becomes a header", () => {
  expect(read({ authorization: "abc", headers: { "X-Team": "t" } })).toEqual({
    ...base,
    server_description: null,
    headers: { "x-team": "t", authorization: "Bearer abc" },
    allowed_tools: null,
    require_approval: "always",
  });
});

test.each<[string, object, string]>([
  ["no address", { server_url: null }, "tools[3].server_url"],
  ["a header of the connection's", { headers: { Host: "x" } }, "tools[3].headers.Host"],
  ["a header with a line break", { headers: { x: "a\r\nb: c" } }, "tools[3].headers.x"],
  ["a token with a line break", { authorization: "a\nb" }, "tools[3].authorization"],
  ["a tunnel", { server_url: null, tunnel_id: "tunnel_1" }, "tools[3].tunnel_id"],
  ["a filter of another kind", { allowed_tools: { names: ["x"] } }, "tools[3].allowed_tools.names"],
])("%s is refused by its path", (_, fields, param) => {
  expect(() => read(fields)).toThrow(expect.objectContaining({ param }));
});

test("an address as responses show it is refused by its path", () => {
  const check = (url: string) => () => requireWholeUrl({ ...base, server_url: url }, "tools[3]");
  expect(check("https://shop.example/mcp?key=[redacted]")).toThrow(
    expect.objectContaining({ param: "tools[3].server_url" }),
  );
  expect(check("https://shop.example/mcp?key=s3cret")).not.toThrow();
});

test.each<[unknown, boolean, boolean]>([
  [null, true, true],
  [["look"], true, false],
  [{ tool_names: ["order"] }, false, true],
  [{ read_only: true }, true, false],
  [{ tool_names: ["order"], read_only: true }, false, false],
  [{}, false, false],
])("allowed_tools %j", (allowed_tools, seesLook, seesOrder) => {
  const tool = read({ allowed_tools });
  expect([isAllowed(tool, look), isAllowed(tool, order)]).toEqual([seesLook, seesOrder]);
});

test.each<[unknown, boolean, boolean]>([
  ["always", true, true],
  ["never", false, false],
  [{ never: { tool_names: ["look"] } }, false, true],
  [{ never: { read_only: true } }, false, true],
  [{ always: { tool_names: ["order"] } }, true, true],
  [{ always: { tool_names: ["look"] }, never: { tool_names: ["look", "order"] } }, true, false],
])("require_approval %j", (require_approval, asksForLook, asksForOrder) => {
  const tool = read({ require_approval });
  expect([needsApproval(tool, look), needsApproval(tool, order)]).toEqual([asksForLook, asksForOrder]);
});
