import { expect, it } from "vitest";
import type { Item } from "#server/protocol/items";
import { pairCalls } from "#server/services/responses/pair-calls";

const call = (callId: string, status: "completed" | "incomplete" = "completed"): Item => {
  return { type: "function_call", id: `fc_${callId}`, status, call_id: callId, name: "f", arguments: "{}" };
};
const output = (callId: string): Item => {
  return { type: "function_call_output", id: `fco_${callId}`, status: "completed", call_id: callId, output: "x" };
};

it("passes calls that have their outputs", () => {
  const items = [call("a"), call("b"), output("b"), output("a")];
  expect(pairCalls(items)).toEqual(items);
});

it.each([
  ["an output without a call", [output("a")], "No tool call found for function call output with call_id a."],
  [
    "an output before its call",
    [output("a"), call("a")],
    "No tool call found for function call output with call_id a.",
  ],
  ["a call without an output", [call("a"), call("b"), output("a")], "No tool output found for function call b."],
])("refuses %s", (...[, items, message]) => {
  expect(() => pairCalls(items)).toThrow(message);
});

it("leaves out a call that was broken off, which needs no output", () => {
  expect(pairCalls([call("a", "incomplete")])).toEqual([]);
});
