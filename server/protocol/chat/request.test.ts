import { describe, expect, it } from "vitest";
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

  it("carry calls of custom tools, and their results apart from those of functions", () => {
    const sql = { id: "c2", type: "custom", custom: { name: "sql", input: "SELECT 1" } };
    const items = inputOf([
      ...hello,
      { role: "assistant", tool_calls: [call("c1"), sql] },
      { role: "tool", tool_call_id: "c2", content: "1" },
      { role: "tool", tool_call_id: "c1", content: "x" },
    ]);
    expect(items.slice(1)).toEqual([
      { type: "function_call", ...done, call_id: "c1", name: "f", arguments: "{}" },
      { type: "custom_tool_call", ...done, call_id: "c2", name: "sql", input: "SELECT 1" },
      { type: "custom_tool_call_output", ...done, call_id: "c2", output: "1" },
      { type: "function_call_output", ...done, call_id: "c1", output: "x" },
    ]);
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
    expect(answer).toEqual({ includeUsage: true, legacyFunctions: false, logprobs: true, obfuscation: true });
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

  it("reads custom tools and choices of them", () => {
    const grammar = { syntax: "regex", definition: "[0-9]+" };
    const { request } = parseChatCompletion({
      messages: hello,
      tools: [
        { type: "custom", custom: { name: "digits", description: "d", format: { type: "grammar", grammar } } },
        { type: "custom", custom: { name: "text" } },
        { type: "function", function: { name: "f" } },
      ],
      tool_choice: {
        type: "allowed_tools",
        allowed_tools: { mode: "auto", tools: [{ type: "custom", custom: { name: "text" } }] },
      },
    });
    expect(request.tools).toMatchObject([
      { type: "custom", name: "digits", description: "d", format: { type: "grammar", ...grammar } },
      { type: "custom", name: "text", format: { type: "text" } },
      { type: "function", name: "f" },
    ]);
    expect(request.toolChoice).toEqual({
      type: "allowed_tools",
      mode: "auto",
      tools: [{ type: "custom", name: "text" }],
    });
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

describe("web_search_options", () => {
  const toolsOf = (body: Record<string, unknown>) => parseChatCompletion({ messages: hello, ...body }).request.tools;

  it("become a web search beside the client's tools, under a name that none of them has", () => {
    const user_location = { type: "approximate", approximate: { city: "Paris", country: "FR" } };
    expect(toolsOf({ web_search_options: { user_location, search_context_size: "low" } })).toEqual([
      {
        type: "web_search",
        search_context_size: "low",
        user_location: { type: "approximate", city: "Paris", country: "FR" },
      },
    ]);
    const tools = [{ type: "function", function: { name: "web_search" } }];
    expect(toolsOf({ web_search_options: {}, tools }).map(({ type }) => type)).toEqual([
      "function",
      "web_search_2025_08_26",
    ]);
    expect(toolsOf({ web_search_options: null })).toEqual([]);
  });
});
