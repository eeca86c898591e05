import { describe, expect, test } from "vitest";
import { isAppError, statusOf } from "#server/errors";
import type { InputItem } from "#server/protocol/items";
import { parseCreateResponse } from "#server/protocol/request";

/** What the request is refused with. */
function refusal(body: unknown): { code: string | null; param: string | null; message: string } {
  try {
    parseCreateResponse(body);
  } catch (error) {
    if (!isAppError(error)) throw error;
    expect(statusOf(error.code)).toBe(400);
    return { code: error.wireCode, param: error.param, message: error.message };
  }
  throw new Error("the request was accepted");
}

const input = (item: unknown): InputItem[] => parseCreateResponse({ input: [item] }).input;
const userText = (text: string, id: string | null = null) => ({
  type: "message",
  id,
  status: "completed",
  role: "user",
  content: [{ type: "input_text", text }],
});

describe("input", () => {
  test.each<[string, unknown, unknown]>([
    ["a message without a type", { role: "user", content: "hi" }, userText("hi")],
    ["a message with null fields", { type: null, id: null, status: null, role: "user", content: "hi" }, userText("hi")],
    ["a foreign id", { type: "message", id: "abc-1", role: "user", content: "hi" }, userText("hi", "abc-1")],
    [
      "a developer message",
      { role: "developer", content: [{ type: "input_text", text: "be brief" }] },
      { ...userText("be brief"), role: "developer" },
    ],
    [
      "an assistant message as a string",
      { role: "assistant", content: "hello", phase: "commentary" },
      {
        ...userText(""),
        role: "assistant",
        phase: "commentary",
        content: [{ type: "output_text", text: "hello", annotations: [], logprobs: [] }],
      },
    ],
    [
      "one of our messages, verbatim",
      {
        type: "message",
        id: "msg_1",
        status: "completed",
        role: "assistant",
        content: [
          {
            type: "output_text",
            text: "So.",
            logprobs: [],
            annotations: [{ type: "file_citation", file_id: "file-1", filename: "a.md", index: 2 }],
          },
          { type: "refusal", refusal: "no" },
        ],
      },
      {
        type: "message",
        id: "msg_1",
        status: "completed",
        role: "assistant",
        content: [
          {
            type: "output_text",
            text: "So.",
            logprobs: [],
            annotations: [{ type: "file_citation", file_id: "file-1", filename: "a.md", index: 2 }],
          },
          { type: "refusal", refusal: "no" },
        ],
      },
    ],
    [
      "images and files",
      {
        role: "user",
        content: [
          { type: "input_image", image_url: "https://e.org/a.png", detail: null },
          { type: "input_image", file_id: "file-2", detail: "high" },
          { type: "input_file", file_data: "aGk=", filename: "a.txt" },
        ],
      },
      {
        ...userText(""),
        content: [
          { type: "input_image", image_url: "https://e.org/a.png", detail: "auto" },
          { type: "input_image", image_url: null, detail: "high", file_id: "file-2" },
          { type: "input_file", file_data: "aGk=", filename: "a.txt" },
        ],
      },
    ],
    ["a reference", { type: "item_reference", id: "msg_1" }, { type: "item_reference", id: "msg_1" }],
    ["a reference by id alone", { id: "msg_1" }, { type: "item_reference", id: "msg_1" }],
    ["a reference with a null type", { type: null, id: "msg_1" }, { type: "item_reference", id: "msg_1" }],
    [
      "a function call",
      { type: "function_call", call_id: "c", name: "f", arguments: "{}" },
      { type: "function_call", id: null, status: "completed", call_id: "c", name: "f", arguments: "{}" },
    ],
    [
      "a function's output as text",
      { type: "function_call_output", call_id: "c", output: "72" },
      { type: "function_call_output", id: null, status: "completed", call_id: "c", output: "72" },
    ],
    [
      "a function's output in parts",
      {
        type: "function_call_output",
        call_id: "c",
        output: [
          { type: "input_text", text: "72" },
          { type: "input_video", video_url: "https://e.org/v" },
        ],
      },
      {
        type: "function_call_output",
        id: null,
        status: "completed",
        call_id: "c",
        output: [
          { type: "input_text", text: "72" },
          { type: "input_video", video_url: "https://e.org/v" },
        ],
      },
    ],
    [
      "reasoning",
      {
        type: "reasoning",
        id: "rs_1",
        summary: [{ type: "summary_text", text: "s" }],
        content: [{ type: "reasoning_text", text: "r" }],
        encrypted_content: "x",
      },
      {
        type: "reasoning",
        id: "rs_1",
        status: "completed",
        summary: [{ type: "summary_text", text: "s" }],
        content: [{ type: "reasoning_text", text: "r" }],
        encrypted_content: "x",
      },
    ],
    [
      "reasoning with nulls",
      { type: "reasoning", summary: [], content: null, encrypted_content: null },
      { type: "reasoning", id: null, status: "completed", summary: [] },
    ],
    [
      "a file search of the strict dialect",
      { type: "openai:file_search_call", id: "fs_1", status: "completed", queries: ["q"], results: null },
      { type: "file_search_call", id: "fs_1", status: "completed", queries: ["q"], results: null },
    ],
  ])("%s", (_, item, expected) => {
    expect(input(item)).toEqual([expected]);
  });

  test("a string is one user message; with a previous response none is needed", () => {
    expect(parseCreateResponse({ input: "hi" }).input).toEqual([userText("hi")]);
    expect(parseCreateResponse({ previous_response_id: "resp_1" }).input).toEqual([]);
  });

  test("10,485,760 characters are taken, one more is not", () => {
    const most = "x".repeat(10_485_760);
    expect(parseCreateResponse({ input: most }).input).toHaveLength(1);
    expect(refusal({ input: `${most}x` })).toMatchObject({ code: "string_above_max_length", param: "input" });
  });
});

describe("settings", () => {
  test("everything left out or null is what the API documents", () => {
    const nulls = {
      model: null,
      instructions: null,
      tools: null,
      tool_choice: null,
      metadata: null,
      text: null,
      temperature: null,
      stream: null,
      store: null,
      truncation: null,
      reasoning: null,
      include: null,
      max_output_tokens: null,
      parallel_tool_calls: null,
      background: null,
      service_tier: null,
    };
    const parsed = parseCreateResponse({ input: "hi", ...nulls });
    expect(parsed).toEqual(parseCreateResponse({ input: "hi" }));
    expect(parsed).toMatchObject({
      model: null,
      toolChoice: "auto",
      tools: [],
      metadata: {},
      text: { format: { type: "text" }, verbosity: null },
      temperature: null,
      parallelToolCalls: true,
      stream: false,
      store: true,
      background: false,
      truncation: "disabled",
      reasoning: null,
    });
  });

  test("unknown fields are let through", () => {
    expect(parseCreateResponse({ input: "hi", generate: false, prompt_cache_retention: "24h" }).store).toBe(true);
  });

  test("a file_search tool gets its defaults, and nothing is lost of what was set", () => {
    const tool = { type: "file_search", vector_store_ids: ["vs_1"] };
    expect(parseCreateResponse({ input: "hi", tools: [tool] }).tools).toEqual([
      { ...tool, max_num_results: 20, ranking_options: { ranker: "auto", score_threshold: 0 }, filters: null },
    ]);
    const full = {
      ...tool,
      max_num_results: 3,
      ranking_options: {
        ranker: "default-2024-11-15",
        score_threshold: 0.5,
        hybrid_search: { embedding_weight: 1, text_weight: 2 },
      },
      filters: { type: "and", filters: [{ type: "eq", key: "lang", value: "de" }] },
    };
    expect(parseCreateResponse({ input: "hi", tools: [{ ...full, type: "openai:file_search" }] }).tools).toEqual([
      full,
    ]);
  });

  test.each([
    [undefined, false],
    [{ type: "object", properties: {} }, false],
    [{ type: "object", properties: {}, additionalProperties: false }, true],
    [{ type: "object", properties: { a: { type: "string" } }, additionalProperties: false }, false],
    [{ type: "object", properties: { a: { type: "string" } }, required: ["a"], additionalProperties: false }, true],
    [
      {
        type: "object",
        properties: { a: { type: "array", items: { type: "object", properties: {} } } },
        required: ["a"],
        additionalProperties: false,
      },
      false,
    ],
  ])("strict left out, for the schema %j: %s", (parameters, strict) => {
    const [tool] = parseCreateResponse({ input: "hi", tools: [{ type: "function", name: "f", parameters }] }).tools;
    expect(tool).toEqual({ type: "function", name: "f", description: null, parameters: parameters ?? null, strict });
  });

  test.each<[unknown, unknown]>([
    ["required", "required"],
    [
      { type: "function", name: "f" },
      { type: "function", name: "f" },
    ],
    [{ type: "openai:file_search" }, { type: "file_search" }],
    [
      { type: "allowed_tools", tools: [{ type: "function", name: "f" }, { type: "openai:file_search" }] },
      { type: "allowed_tools", mode: "auto", tools: [{ type: "function", name: "f" }, { type: "file_search" }] },
    ],
  ])("tool_choice %j", (choice, expected) => {
    const tools = [
      { type: "function", name: "f" },
      { type: "file_search", vector_store_ids: ["vs_1"] },
    ];
    expect(parseCreateResponse({ input: "hi", tools, tool_choice: choice }).toolChoice).toEqual(expected);
  });

  test("json_schema is taken whole, and with what Open Responses lets out", () => {
    const format = { type: "json_schema", name: "n", schema: { type: "object" }, strict: true };
    expect(parseCreateResponse({ input: "hi", text: { format } }).text.format).toEqual(format);
    expect(parseCreateResponse({ input: "hi", text: { format: { type: "json_schema" } } }).text.format).toEqual({
      type: "json_schema",
      name: "response",
      schema: {},
      strict: false,
    });
  });
});
