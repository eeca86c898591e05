import { expect, test } from "vitest";
import type { Item } from "#server/protocol/items";
import { callIdOf } from "#server/services/responses/call-pair";
import { mcpAsCalls } from "#server/services/responses/mcp-as-calls";
import type { Tool } from "#server/tools/tool";

const on = { server_label: "s", name: "look", arguments: "{}" };
const asked = { type: "mcp_approval_request", id: "mcpr_1", ...on } as Item;
const answered = (approve: boolean, more = {}) =>
  ({ type: "mcp_approval_response", id: "mcpa_1", approval_request_id: "mcpr_1", approve, ...more }) as Item;
const made = (fields: object) => ({ type: "mcp_call", id: "mcp_1", ...on, ...fields }) as Item;
const user: Item = { type: "message", id: "msg_1", status: "completed", role: "user", content: [] };

/** What the model reads as the one call's result. */
function resultOf(...items: Item[]): unknown {
  const shown = mcpAsCalls(items);
  expect(shown.map(({ type }) => type)).toEqual(["function_call", "function_call_output"]);
  return shown[1]?.type === "function_call_output" ? shown[1].output : null;
}

test.each<[string, Item[], unknown]>([
  ["a call that answered", [made({ status: "completed", output: "seen", error: null })], "seen"],
  ["one without a status, as clients may send it", [made({ output: "seen" })], "seen"],
  [
    "one that failed",
    [made({ status: "failed", error: { type: "http_error", code: 500, message: "down" } })],
    "The tool failed: down",
  ],
  ["one whose error is a text", [made({ status: "failed", error: "down" })], "The tool failed: down"],
  [
    "one that was broken off",
    [made({ status: "failed", output: null, error: null })],
    expect.stringContaining("unknown"),
  ],
  ["what nobody has approved", [asked], expect.stringContaining("has not answered")],
  ["what was denied", [asked, answered(false, { reason: "no" })], expect.stringContaining("Reason: no")],
  ["what was approved and has no result", [asked, answered(true)], expect.stringContaining("unknown")],
  [
    "what was approved and made",
    [asked, answered(true), made({ status: "completed", output: "seen", approval_request_id: "mcpr_1" })],
    "seen",
  ],
])("%s", (_, items, expected) => {
  expect(resultOf(...items)).toEqual(expected);
});

test("a result stands right after its call, and lists of tools are left out", () => {
  const list = { type: "mcp_list_tools", id: "mcpl_1", server_label: "s", tools: [] } as Item;
  const call = made({ status: "completed", output: "seen", approval_request_id: "mcpr_1" });
  const shown = mcpAsCalls([list, asked, user, answered(true), call]);
  expect(shown.map(({ type }) => type)).toEqual(["function_call", "function_call_output", "message"]);
});

test("a long id of a client's makes a call id that vendors take", () => {
  const id = `mcpr_${"x".repeat(100)}`;
  expect(callIdOf(id)).toMatch(/^call_[0-9a-f]{32}$/);
  expect(callIdOf(id)).toBe(callIdOf(id));
});

test("a call has the name under which the request's model knows its tool", () => {
  const call = made({ status: "completed", output: "seen" });
  const remote = { serverLabel: "s", name: "look", needsApproval: false };
  const tools = new Map([["s__look_0123456789", { name: "s__look_0123456789", remote } as Tool]]);
  expect(mcpAsCalls([call], tools)[0]).toMatchObject({ name: "s__look_0123456789" });
  expect(mcpAsCalls([call])[0]).toMatchObject({ name: "s__look" });
});
