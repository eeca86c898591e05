import { describe, expect, test } from "vitest";
import { buildResponsesRequest, type OptionalField } from "#server/providers/openai-responses/build-request";
import { itemIdsOf } from "#server/providers/openai-responses/convert-input";
import { quirksOf } from "#server/providers/openai-responses/quirks";
import { pack } from "#server/providers/openai-responses/sealed-reasoning";
import type { ModelInput, ModelRequest, ModelTool } from "#server/providers/provider";
import { modelRequest, testConnection, userMessage } from "#tests/support/model-request";

const OPENAI = "https://api.openai.com/v1";
const OTHER = "http://127.0.0.1:8000/v1";

function build(change: Partial<ModelRequest>, baseUrl = OPENAI, refused: OptionalField[] = []) {
  const request = modelRequest(change);
  const quirks = quirksOf(testConnection({ baseUrl }));
  return buildResponsesRequest("gpt-5", request, { quirks, ids: itemIdsOf(request.input), refused: new Set(refused) });
}

const input = (items: ModelInput[], baseUrl = OPENAI) => build({ input: items }, baseUrl).input;
const tool = (name: string, change: Partial<ModelTool> = {}): ModelTool => ({
  name,
  description: null,
  parameters: { type: "object", properties: {} },
  strict: true,
  hosted: null,
  ...change,
});
const sql = tool("sql", { custom: { type: "grammar", syntax: "lark", definition: "start: WORD" } });

test("fields of OpenAI's own reach it as they came, but for a prediction and what it has refused", () => {
  const cache = { prompt_cache_retention: "24h", prompt_cache_options: { mode: "explicit" } };
  const passed = { ...cache, user: "u", reasoning: { mode: "pro" }, prediction: { type: "content", content: "x" } };
  const reasoning = { effort: "low", summary: null };
  const body = build({ passed, reasoning });
  expect(body).toMatchObject({ ...cache, user: "u", reasoning: { effort: "low", mode: "pro" } });
  expect(body).not.toHaveProperty("prediction");
  expect(build({ passed }, OPENAI, ["user"])).not.toHaveProperty("user");
  expect(Object.keys(build({}))).not.toContain("user");
});

describe("the input", () => {
  test("keeps roles, phases, images and sound", () => {
    const content = [
      { type: "text" as const, text: "look" },
      { type: "image" as const, url: "https://a.example/b.png", detail: "low" as const },
    ];
    expect(
      input([
        { type: "message", role: "developer", content: [{ type: "text", text: "be brief" }] },
        { type: "message", role: "user", content },
        { type: "message", role: "assistant", content: [{ type: "text", text: "hm" }], phase: "commentary" },
      ]),
    ).toEqual([
      { type: "message", role: "developer", content: [{ type: "input_text", text: "be brief" }] },
      {
        type: "message",
        role: "user",
        content: [
          { type: "input_text", text: "look" },
          { type: "input_image", image_url: "https://a.example/b.png", detail: "low" },
        ],
      },
      {
        type: "message",
        role: "assistant",
        content: [{ type: "output_text", text: "hm", annotations: [] }],
        phase: "commentary",
      },
    ]);
  });

  test("gives encrypted reasoning back to the server that made it, under that server's id", () => {
    const { encryptedContent } = pack({ host: "api.openai.com", id: "rs_up", content: "cipher" });
    const reasoning: ModelInput = { type: "reasoning", text: "", summary: ["short"], encryptedContent };
    const sent = {
      type: "reasoning",
      id: "rs_up",
      summary: [{ type: "summary_text", text: "short" }],
      encrypted_content: "cipher",
    };
    expect(input([reasoning])).toEqual([sent]);
    expect(input([reasoning], OTHER)).toEqual([]);
  });

  test("gives raw reasoning to servers that take it, and nothing of another vendor's", () => {
    const raw: ModelInput = { type: "reasoning", text: "hm", summary: [], encryptedContent: '{"vendor":"anthropic"}' };
    expect(input([raw])).toEqual([]);
    expect(input([raw], OTHER)).toMatchObject([
      { type: "reasoning", content: [{ type: "reasoning_text", text: "hm" }] },
    ]);
  });

  test("carries calls and results of functions and of custom tools", () => {
    expect(
      input([
        { type: "tool_call", callId: "a", name: "f", arguments: "" },
        { type: "tool_call", callId: "b", name: "sql", arguments: '{"input":"SELECT"}', input: "SELECT" },
        { type: "tool_result", callId: "a", name: "f", output: [{ type: "text", text: "1" }], isError: false },
        { type: "tool_result", callId: "b", name: "sql", output: [], isError: false, custom: true },
      ]),
    ).toEqual([
      { type: "function_call", call_id: "a", name: "f", arguments: "{}" },
      { type: "custom_tool_call", call_id: "b", name: "sql", input: "SELECT" },
      { type: "function_call_output", call_id: "a", output: "1" },
      { type: "custom_tool_call_output", call_id: "b", output: "" },
    ]);
  });

  test("names the server's own items as the server does, and leaves out those of others", () => {
    const request = { type: "mcp_approval_request", id: "mcpr_ours", name: "f", arguments: "{}" } as const;
    const items: ModelInput[] = [
      { type: "vendor_item", item: { ...request, upstream: { host: "api.openai.com", id: "mcpr_theirs" } } },
      { type: "vendor_item", item: { ...request, id: "mcpr_b", upstream: { host: "elsewhere.example", id: "x" } } },
      { type: "vendor_item", item: approval("mcpr_ours") },
    ];
    expect(input(items)).toEqual([
      { ...request, id: "mcpr_theirs" },
      { type: "mcp_approval_response", id: "mcpa_1", approve: true, approval_request_id: "mcpr_theirs" },
    ]);
  });
});

function approval(approval_request_id: string) {
  return { type: "mcp_approval_response" as const, id: "mcpa_1", approve: true, approval_request_id };
}

describe("tools", () => {
  const web = { type: "web_search" as const, search_context_size: "low" };
  const vendorTools = { tools: [web], include: ["web_search_call.action.sources"], maxCalls: 3 };

  test("of all kinds stand beside each other, as the caller defined them", () => {
    expect(build({ tools: [tool("f"), sql], vendorTools })).toMatchObject({
      tools: [
        { type: "function", name: "f", parameters: { type: "object", properties: {} }, strict: true },
        { type: "custom", name: "sql", format: { type: "grammar", syntax: "lark", definition: "start: WORD" } },
        web,
      ],
      tool_choice: "auto",
      max_tool_calls: 3,
      include: ["reasoning.encrypted_content", "web_search_call.action.sources"],
    });
    expect(build({})).not.toHaveProperty("tool_choice");
  });

  test.each<[ModelRequest["toolChoice"], unknown]>([
    [{ type: "required" }, "required"],
    [
      { type: "tool", name: "f" },
      { type: "function", name: "f" },
    ],
    [
      { type: "tool", name: "sql" },
      { type: "custom", name: "sql" },
    ],
    [{ type: "vendor_tool", ref: { type: "web_search" } }, { type: "web_search" }],
    [
      { type: "allowed", names: ["sql"], mode: "required" },
      { type: "allowed_tools", mode: "required", tools: [{ type: "custom", name: "sql" }] },
    ],
  ])("the choice %j becomes %j", (toolChoice, expected) => {
    expect(build({ tools: [tool("f"), sql], toolChoice }).tool_choice).toEqual(expected);
  });

  test("an allowed set names namespaces by their names", () => {
    const crm = { type: "namespace" as const, name: "crm", tools: [{ type: "function", name: "find" }] };
    const vendorTools = { tools: [crm, web], include: [], maxCalls: null };
    const toolChoice = { type: "allowed" as const, names: ["namespace:crm", "web_search"], mode: "auto" as const };
    expect(build({ vendorTools, toolChoice }).tool_choice).toEqual({
      type: "allowed_tools",
      mode: "auto",
      tools: [{ type: "namespace", name: "crm" }, { type: "web_search" }],
    });
  });

  test("an allowed set is the list itself where servers know no other way", () => {
    const request = {
      tools: [tool("f"), sql],
      toolChoice: { type: "allowed" as const, names: ["f"], mode: "auto" as const },
    };
    expect(build(request, OTHER)).toMatchObject({ tool_choice: "auto", tools: [{ name: "f" }] });
  });
});

describe("the rest of the request", () => {
  test("says only what the caller said, stores nothing there and asks for reasoning to keep here", () => {
    expect(build({ input: [userMessage("hi")] }, OTHER)).toEqual({
      model: "gpt-5",
      input: [{ type: "message", role: "user", content: [{ type: "input_text", text: "hi" }] }],
      stream: true,
      store: false,
      include: ["reasoning.encrypted_content"],
    });
  });

  test("passes settings on under their names", () => {
    const schema = { type: "object" };
    const body = build({
      instructions: "Be brief.",
      format: { type: "json_schema", name: "n", description: null, schema, strict: true },
      verbosity: "low",
      maxOutputTokens: 3,
      topLogprobs: 2,
      reasoning: { effort: "low", summary: null },
      parallelToolCalls: false,
      tools: [tool("f")],
      promptCacheKey: "k",
    });
    expect(body).toMatchObject({
      instructions: "Be brief.",
      text: { format: { type: "json_schema", name: "n", schema, strict: true }, verbosity: "low" },
      max_output_tokens: 16,
      top_logprobs: 2,
      reasoning: { effort: "low" },
      parallel_tool_calls: false,
      prompt_cache_key: "k",
      include: ["reasoning.encrypted_content", "message.output_text.logprobs"],
      stream_options: { include_obfuscation: false },
    });
  });

  test("leaves out what the server has refused", () => {
    const body = build({ promptCacheKey: "k", safetyIdentifier: "s" }, OTHER, ["include", "store", "prompt_cache_key"]);
    expect(Object.keys(body).sort()).toEqual(["input", "model", "safety_identifier", "stream"]);
  });
});
