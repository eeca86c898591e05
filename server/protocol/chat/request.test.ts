import { describe, expect, it, test } from "vitest";
import { isAppError, statusOf } from "#server/errors";
import { parseChatCompletion } from "#server/protocol/chat/request";

const hello = [{ role: "user", content: "Hi" }];
const inputOf = (messages: unknown[]) => parseChatCompletion({ messages }).request.input;
const call = (id: string, name = "f") => ({ id, type: "function", function: { name, arguments: "{}" } });
const done = { id: null, status: "completed" };

describe("messages", () => {
  it("become items in their order, calls and results apart", () => {
    expect(
      inputOf([
        { role: "system", content: "Be brief." },
        { role: "developer", content: [{ type: "text", text: "Really." }] },
        { role: "user", content: "Weather?", name: "ada" },
        { role: "assistant", content: "", reasoning_content: "hm", tool_calls: [call("c1"), call("c2", "g")] },
        { role: "tool", tool_call_id: "c2", content: [{ type: "text", text: "two" }] },
        { role: "tool", tool_call_id: "c1", content: "one" },
        { role: "assistant", content: [{ type: "text", text: "Rain." }], refusal: "No more." },
      ]),
    ).toEqual([
      { type: "message", ...done, role: "system", content: [{ type: "input_text", text: "Be brief." }] },
      { type: "message", ...done, role: "developer", content: [{ type: "input_text", text: "Really." }] },
      { type: "message", ...done, role: "user", content: [{ type: "input_text", text: "Weather?" }], name: "ada" },
      { type: "reasoning", ...done, summary: [], content: [{ type: "reasoning_text", text: "hm" }] },
      { type: "function_call", ...done, call_id: "c1", name: "f", arguments: "{}" },
      { type: "function_call", ...done, call_id: "c2", name: "g", arguments: "{}" },
      { type: "function_call_output", ...done, call_id: "c2", output: [{ type: "input_text", text: "two" }] },
      { type: "function_call_output", ...done, call_id: "c1", output: "one" },
      {
        type: "message",
        ...done,
        role: "assistant",
        content: [
          { type: "output_text", text: "Rain.", annotations: [], logprobs: [] },
          { type: "refusal", refusal: "No more." },
        ],
      },
    ]);
  });

  it("carry images, files and sound", () => {
    const [message] = inputOf([
      {
        role: "user",
        content: [
          { type: "text", text: "Look" },
          { type: "image_url", image_url: { url: "https://example.com/a.png", detail: "low" } },
          { type: "image_url", image_url: { url: "data:image/png;base64,AAAA" } },
          { type: "input_audio", input_audio: { data: "UklGRg==", format: "wav" } },
          { type: "file", file: { file_id: "file-1" } },
          { type: "file", file: { file_data: "data:application/pdf;base64,QQ==", filename: "a.pdf" } },
        ],
      },
    ]);
    expect(message).toMatchObject({
      content: [
        { type: "input_text", text: "Look" },
        { type: "input_image", image_url: "https://example.com/a.png", detail: "low" },
        { type: "input_image", image_url: "data:image/png;base64,AAAA", detail: "auto" },
        { type: "input_audio", input_audio: { data: "UklGRg==", format: "wav" } },
        { type: "input_file", file_id: "file-1" },
        { type: "input_file", file_data: "data:application/pdf;base64,QQ==", filename: "a.pdf" },
      ],
    });
  });

  it("of the deprecated kind pair a call with the function's answer", () => {
    const items = inputOf([
      ...hello,
      { role: "assistant", content: null, function_call: { name: "f", arguments: "{}" } },
      { role: "function", name: "f", content: "1" },
      { role: "assistant", function_call: { name: "f", arguments: "{}" } },
      { role: "function", name: "f", content: null },
    ]);
    const ids = items.flatMap((item) => ("call_id" in item ? [item.call_id] : []));
    expect(ids).toEqual(["function_call_0", "function_call_0", "function_call_1", "function_call_1"]);
  });
});

describe("settings", () => {
  it("go to the engine under its names", () => {
    const { request, answer } = parseChatCompletion({
      model: "m",
      messages: hello,
      max_tokens: 5,
      stop: "END",
      seed: 7,
      logit_bias: { "42": -100 },
      logprobs: true,
      top_logprobs: 2,
      temperature: 0,
      reasoning_effort: "low",
      verbosity: "high",
      metadata: { a: "b" },
      store: true,
      stream: true,
      stream_options: { include_usage: true },
      response_format: { type: "json_schema", json_schema: { name: "n", schema: { type: "object" }, strict: true } },
    });
    expect(request).toMatchObject({
      model: "m",
      maxOutputTokens: 5,
      stop: ["END"],
      seed: 7,
      logitBias: { "42": -100 },
      include: ["message.output_text.logprobs"],
      topLogprobs: 2,
      temperature: 0,
      reasoning: { effort: "low", summary: null },
      text: { format: { type: "json_schema", name: "n", schema: { type: "object" }, strict: true }, verbosity: "high" },
      metadata: { a: "b" },
      store: true,
      stream: true,
    });
    expect(answer).toEqual({ includeUsage: true, legacyFunctions: false, logprobs: true });
  });

  it("left out are the vendor's to decide, and nothing is stored", () => {
    const { request } = parseChatCompletion({ messages: hello, stop: [], tools: null });
    expect(request).toMatchObject({
      model: null,
      store: false,
      stop: null,
      seed: null,
      maxOutputTokens: null,
      temperature: null,
      reasoning: null,
      tools: [],
      toolChoice: "auto",
      parallelToolCalls: true,
    });
  });

  it.each<[object, object]>([
    [{ tool_choice: "required" }, { toolChoice: "required" }],
    [
      { tool_choice: { type: "function", function: { name: "f" } }, parallel_tool_calls: false },
      { toolChoice: { type: "function", name: "f" }, parallelToolCalls: false },
    ],
    [
      {
        tool_choice: {
          type: "allowed_tools",
          allowed_tools: { mode: "required", tools: [{ type: "function", function: { name: "f" } }] },
        },
      },
      { toolChoice: { type: "allowed_tools", mode: "required", tools: [{ type: "function", name: "f" }] } },
    ],
  ])("reads %j", (fields, expected) => {
    const tools = [{ type: "function", function: { name: "f", parameters: { type: "object" } } }];
    const { request } = parseChatCompletion({ messages: hello, tools, ...fields });
    expect(request).toMatchObject(expected);
    expect(request.tools).toEqual([
      { type: "function", name: "f", description: null, parameters: { type: "object" }, strict: false },
    ]);
  });

  it("reads the deprecated functions as tools that are called one at a time", () => {
    const { request, answer } = parseChatCompletion({
      messages: hello,
      functions: [{ name: "f", description: "d" }],
      function_call: { name: "f" },
    });
    expect(request).toMatchObject({ toolChoice: { type: "function", name: "f" }, parallelToolCalls: false });
    expect(request.tools).toMatchObject([{ name: "f", description: "d" }]);
    expect(answer.legacyFunctions).toBe(true);
  });
});

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
    [{ messages: hello, web_search_options: {} }, "unsupported_parameter", "web_search_options", "function tools only"],
    [{ messages: hello, max_tokens: 1, max_completion_tokens: 1 }, "invalid_value", "max_tokens", "cannot both be set"],
    [{ messages: hello, top_logprobs: 1 }, "invalid_value", "top_logprobs", "'logprobs' must be true"],
    [{ messages: hello, stream_options: {} }, "invalid_value", "stream_options", "only allowed when 'stream'"],
    [{ messages: hello, stop: ["a", "b", "c", "d", "e"] }, "array_above_max_length", "stop", "maximum length 4"],
    [{ messages: hello, logit_bias: { a: 1 } }, "invalid_value", "logit_bias.a", "pattern"],
    [{ messages: hello, tools: [{ type: "custom", custom: {} }] }, "invalid_value", "tools[0].type", "'function'"],
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
      "Duplicate function 'a'",
    ],
    [{ messages: hello, tool_choice: "required" }, "invalid_value", "tool_choice", "only allowed when 'tools'"],
    [
      { messages: hello, tool_choice: { type: "function", function: { name: "f" } } },
      "invalid_value",
      "tool_choice",
      "no function named 'f'",
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
