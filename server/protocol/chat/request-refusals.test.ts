import { describe, expect, test } from "vitest";
import { isAppError, statusOf } from "#server/errors";
import { parseChatCompletion } from "#server/protocol/chat/request";

const hello = [{ role: "user", content: "Hi" }];
const call = (id: string) => ({ id, type: "function", function: { name: "f", arguments: "{}" } });

/** What the request is refused with. */
function refusal(body: unknown): { code: string | null; param: string | null; message: string } {
  try {
    parseChatCompletion(body);
  } catch (error) {
    if (!isAppError(error)) throw error;
    expect(statusOf(error.code)).toBe(400);
    return { code: error.wireCode, param: error.param, message: error.message };
  }
  throw new Error("the request was accepted");
}

describe("what is refused", () => {
  const say = (...messages: unknown[]) => ({ messages: [...hello, ...messages] });
  const calling = { role: "assistant", tool_calls: [call("c1")] };
  test.each<[unknown, string | null, string | null, string]>([
    [{}, "missing_required_parameter", "messages", "Missing required parameter: 'messages'."],
    [{ messages: [] }, "empty_array", "messages", "got an empty array instead"],
    [say({ role: "boss", content: "x" }), "invalid_value", "messages[1].role", "Supported values are: 'system'"],
    [say({ role: "user" }), "missing_required_parameter", "messages[1].content", "Missing required parameter"],
    [
      say({ role: "user", content: [{ type: "input_text", text: "x" }] }),
      "invalid_value",
      "messages[1].content[0].type",
      "'text', 'image_url', 'input_audio', and 'file'",
    ],
    [
      say({ role: "user", content: [{ type: "image_url", image_url: "https://x" }] }),
      "invalid_type",
      "messages[1].content[0].image_url",
      "expected an object",
    ],
    [
      say({ role: "user", content: [{ type: "file", file: {} }] }),
      "missing_required_parameter",
      "messages[1].content[0].file",
      "file_id",
    ],
    [say({ role: "assistant", content: null }), null, "messages[1].content", "expected a string, got null"],
    [say({ role: "tool", tool_call_id: "c9", content: "x" }), null, "messages[1].role", "must be a response to"],
    [say(calling), null, "messages[1].role", "did not have response messages: c1"],
    [say(calling, { role: "user", content: "x" }), null, "messages[2].role", "did not have response messages: c1"],
    [say({ role: "function", name: "f", content: "x" }), null, "messages[1].role", "must follow a message"],
    [
      say({ role: "assistant", function_call: { name: "f", arguments: "" } }),
      null,
      "messages[1].role",
      "must be followed by a function message 'f'",
    ],
    [{ messages: hello, n: 3 }, "invalid_value", "n", "one choice per request. Expected 1, but got 3."],
    [{ messages: hello, n: 0 }, "integer_below_min_value", "n", "Expected a value >= 1"],
    [{ messages: hello, modalities: ["text", "audio"] }, "invalid_value", "modalities", "answers in text"],
    [
      { messages: hello, web_search_options: { search_context_size: "huge" } },
      "invalid_value",
      "web_search_options.search_context_size",
      "'low', 'medium', and 'high'",
    ],
    [{ messages: hello, max_tokens: 1, max_completion_tokens: 1 }, "invalid_value", "max_tokens", "cannot both be set"],
    [{ messages: hello, top_logprobs: 1 }, "invalid_value", "top_logprobs", "'logprobs' must be true"],
    [{ messages: hello, stream_options: {} }, "invalid_value", "stream_options", "only allowed when 'stream'"],
    [{ messages: hello, stop: ["a", "b", "c", "d", "e"] }, "array_above_max_length", "stop", "maximum length 4"],
    [{ messages: hello, logit_bias: { a: 1 } }, "invalid_value", "logit_bias.a", "pattern"],
    [{ messages: hello, tools: [{ type: "fly" }] }, "invalid_value", "tools[0].type", "'function' and 'custom'"],
    [
      { messages: hello, tools: [{ type: "custom", custom: {} }] },
      "missing_required_parameter",
      "tools[0].custom.name",
      "Missing",
    ],
    [
      { messages: hello, tools: [{ type: "function", function: {} }] },
      "missing_required_parameter",
      "tools[0].function.name",
      "Missing",
    ],
    [
      { messages: hello, tools: ["a", "a"].map((name) => ({ type: "function", function: { name } })) },
      "invalid_value",
      "tools[1].function.name",
      "Duplicate tool 'a'",
    ],
    [{ messages: hello, tool_choice: "required" }, "invalid_value", "tool_choice", "only allowed when 'tools'"],
    [
      { messages: hello, tool_choice: { type: "function", function: { name: "f" } } },
      "invalid_value",
      "tool_choice",
      "no function tool named 'f'",
    ],
    [{ messages: hello, tools: [], functions: [] }, "invalid_value", "functions", "cannot both be used"],
    [
      { messages: hello, response_format: { type: "json_schema" } },
      "missing_required_parameter",
      "response_format.json_schema",
      "Missing",
    ],
    [{ messages: hello, metadata: { a: "\0" } }, "invalid_value", "metadata.a", "without NUL"],
  ])("%j", (...row) => {
    const [body, code, param, message] = row;
    expect(refusal(body)).toEqual({ code, param, message: expect.stringContaining(message) });
  });
});
