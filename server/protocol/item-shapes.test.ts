import { expect, test } from "vitest";
import { writeItem } from "#server/protocol/dialect";
import type { Item } from "#server/protocol/items";
import { parseCreateResponse } from "#server/protocol/request";

const custom = { type: "custom_tool_call", id: "ctc_1", status: "completed", call_id: "call_1", name: "sql" };
const customOutput = { type: "custom_tool_call_output", status: "completed", call_id: "call_1" };

/** What clients send as one element of `input`, and what it is taken for. */
test.each<[string, unknown, unknown]>([
  ["a custom tool call", { ...custom, input: "SELECT 1" }, { ...custom, input: "SELECT 1" }],
  [
    "a custom tool call without id and status",
    { type: "custom_tool_call", call_id: "call_1", name: "sql", input: "" },
    { ...custom, id: null, input: "" },
  ],
  ["a custom tool's output as a string", { ...customOutput, output: "1" }, { ...customOutput, id: null, output: "1" }],
  [
    "a custom tool's output as content",
    { ...customOutput, id: "ctco_1", output: [{ type: "input_text", text: "1" }] },
    { ...customOutput, id: "ctco_1", output: [{ type: "input_text", text: "1" }] },
  ],
  [
    "a custom tool call of the strict dialect",
    { ...custom, type: "openai:custom_tool_call", input: "x" },
    { ...custom, input: "x" },
  ],
  [
    "a compaction item, verbatim",
    { type: "compaction", id: "cmp_1", encrypted_content: "a:b:c:d" },
    { type: "compaction", id: "cmp_1", status: "completed", encrypted_content: "a:b:c:d" },
  ],
  [
    "a compaction item without an id",
    { type: "compaction", id: null, encrypted_content: "x", created_by: "someone" },
    { type: "compaction", id: null, status: "completed", encrypted_content: "x" },
  ],
  [
    "reasoning with a summary, content and encrypted content",
    {
      type: "reasoning",
      id: "rs_1",
      summary: [{ type: "summary_text", text: "s" }],
      content: [{ type: "reasoning_text", text: "r" }],
      encrypted_content: "e",
    },
    {
      type: "reasoning",
      id: "rs_1",
      status: "completed",
      summary: [{ type: "summary_text", text: "s" }],
      content: [{ type: "reasoning_text", text: "r" }],
      encrypted_content: "e",
    },
  ],
  [
    "reasoning with nulls",
    { type: "reasoning", summary: [], content: null, encrypted_content: null, status: null },
    { type: "reasoning", id: null, status: "completed", summary: [] },
  ],
  [
    "the final answer's phase",
    { type: "message", role: "assistant", content: "done", phase: "final_answer" },
    {
      type: "message",
      id: null,
      status: "completed",
      role: "assistant",
      content: [{ type: "output_text", text: "done", annotations: [], logprobs: [] }],
      phase: "final_answer",
    },
  ],
  ["an item_reference by its id alone", { id: "msg_1" }, { type: "item_reference", id: "msg_1" }],
])("%s", (_, item, expected) => {
  expect(parseCreateResponse({ input: [item] }).input).toEqual([expected]);
});

test.each<[string, unknown, string]>([
  ["a compaction item without content", { type: "compaction", id: "cmp_1" }, "input[0].encrypted_content"],
  ["a custom call without input", { type: "custom_tool_call", call_id: "c", name: "n" }, "input[0].input"],
  ["a custom output of another type", { ...customOutput, output: 1 }, "input[0].output"],
])("%s is refused by name", (_, item, param) => {
  expect(() => parseCreateResponse({ input: [item] })).toThrow(expect.objectContaining({ param }));
});

test("the strict dialect prefixes what Open Responses does not define, and no more", () => {
  const typeOf = (item: Item) => Reflect.get(writeItem("strict", item), "type");
  const [call] = parseCreateResponse({ input: [{ ...custom, input: "x" }] }).input;
  expect(typeOf({ ...call, id: "ctc_1" } as Item)).toBe("openai:custom_tool_call");
  expect(typeOf({ type: "compaction", id: "cmp_1", status: "completed", encrypted_content: "x" })).toBe("compaction");
});

test.each([
  ["a string", "conv_1"],
  ["an object", { id: "conv_1" }],
])("conversation as %s", (_, conversation) => {
  expect(parseCreateResponse({ conversation })).toMatchObject({ conversation: "conv_1", input: [] });
});

test("conversation and previous_response_id exclude each other, in OpenAI's words", () => {
  const body = { input: "x", conversation: "conv_1", previous_response_id: "resp_1" };
  expect(() => parseCreateResponse(body)).toThrow(
    expect.objectContaining({
      wireCode: "mutually_exclusive_parameters",
      message:
        "Mutually exclusive parameters: 'previous_response_id' and 'conversation'. Ensure you are only providing one of: 'previous_response_id' or 'conversation'.",
    }),
  );
});

test("context_management is compaction at a threshold of at least 1,000 tokens", () => {
  const managed = (entry: object) => parseCreateResponse({ input: "x", context_management: [entry] }).contextManagement;
  expect(managed({ type: "compaction", compact_threshold: 1000 })).toEqual({ compactThreshold: 1000 });
  expect(managed({ type: "compaction" })).toEqual({ compactThreshold: null });
  expect(() => managed({ type: "compaction", compact_threshold: 999 })).toThrow("1000");
  expect(() => managed({ type: "clear" })).toThrow("compaction");
});
