import { expect, test } from "vitest";
import type { Item } from "#server/protocol/items";
import { callLinkOf } from "#server/services/responses/call-links";
import { callItem, messageItem, outputItem } from "#tests/support/items";

const vendor = (fields: object): Item => ({ id: "x_1", ...fields }) as Item;

test.each<[string, Item, unknown]>([
  ["a message", messageItem("m", "user"), null],
  ["a function call", callItem("1"), { role: "call", key: "1" }],
  ["its output", outputItem("1"), { role: "output", key: "1" }],
  ["a computer call", vendor({ type: "computer_call", call_id: "c" }), { role: "call", key: "c" }],
  ["its output", vendor({ type: "computer_call_output", call_id: "c" }), { role: "output", key: "c" }],
  ["a shell's output", vendor({ type: "shell_call_output", call_id: "c" }), { role: "output", key: "c" }],
  ["a question for approval", vendor({ type: "mcp_approval_request" }), { role: "call", key: "x_1" }],
  ["its answer", vendor({ type: "mcp_approval_response", approval_request_id: "x_1" }), { role: "output", key: "x_1" }],
  ["a search that the vendor ran", vendor({ type: "web_search_call" }), null],
])("%s", (_, item, link) => {
  expect(callLinkOf(item)).toEqual(link);
});
