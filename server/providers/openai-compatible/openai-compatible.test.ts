import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { buildChatRequest } from "#server/providers/openai-compatible/build-request";
import { convertInput } from "#server/providers/openai-compatible/convert-input";
import { convertTools } from "#server/providers/openai-compatible/convert-tools";
import { createOpenAiCompatibleProvider } from "#server/providers/openai-compatible/openai-compatible";
import { quirksOf } from "#server/providers/openai-compatible/quirks";
import type { ModelInput, ModelTool } from "#server/providers/provider";
import {
  callsIn,
  collectEvents,
  modelRequest,
  reasoningIn,
  testConnection,
  textIn,
  userMessage,
} from "#tests/support/model-request";
import { chatChunk } from "#tests/support/scripted-upstream";
import { upstreamForSuite } from "#tests/support/upstream-suite";

const plain = quirksOf(testConnection({ baseUrl: "http://localhost:1/v1" }));
const openAi = quirksOf(testConnection({ baseUrl: "https://api.openai.com/v1" }));
const tool = (name: string): ModelTool => ({
  name,
  description: null,
  parameters: { type: "object" },
  strict: false,
  hosted: null,
});

const upstream = upstreamForSuite({ PROVIDER_BACKOFF_SECONDS: "0.01" });

function provider(path = "") {
  return createOpenAiCompatibleProvider(testConnection({ baseUrl: upstream.baseUrl + path }));
}

describe("converting input", () => {
  it("puts parallel calls and the text beside them into one message before their results", () => {
    const messages = convertInput(
      [
        { type: "message", role: "developer", content: [{ type: "text", text: "Be brief." }] },
        userMessage("Go"),
        { type: "reasoning", text: "hm", summary: [], encryptedContent: null },
        { type: "tool_call", callId: "a", name: "f", arguments: "" },
        { type: "message", role: "assistant", content: [{ type: "text", text: "One moment." }] },
        { type: "tool_call", callId: "b", name: "g", arguments: '{"x":1}' },
        { type: "tool_result", callId: "a", name: "f", output: [{ type: "text", text: "1" }], isError: false },
        {
          type: "tool_result",
          callId: "b",
          name: "g",
          output: [{ type: "image", url: "data:image/png;base64,AA==", detail: "auto" }],
          isError: false,
        },
        userMessage("And?"),
      ],
      "You are terse.",
      plain,
    );
    expect(messages).toEqual([
      { role: "system", content: "You are terse." },
      { role: "system", content: "Be brief." },
      { role: "user", content: "Go" },
      {
        role: "assistant",
        content: "One moment.",
        tool_calls: [
          { id: "a", type: "function", function: { name: "f", arguments: "{}" } },
          { id: "b", type: "function", function: { name: "g", arguments: '{"x":1}' } },
        ],
      },
      { role: "tool", tool_call_id: "a", content: "1" },
      { role: "tool", tool_call_id: "b", content: "" },
      {
        role: "user",
        content: [{ type: "image_url", image_url: { url: "data:image/png;base64,AA==", detail: "auto" } }],
      },
      { role: "user", content: "And?" },
    ]);
  });

  it("gives reasoning of this turn back only where it is wanted", () => {
    const items: ModelInput[] = [
      userMessage("Go"),
      { type: "reasoning", text: "hm", summary: [], encryptedContent: null },
      { type: "tool_call", callId: "a", name: "f", arguments: "{}" },
    ];
    const deepSeek = quirksOf(testConnection({ baseUrl: "https://api.deepseek.com/v1" }));
    expect(convertInput(items, null, deepSeek)[1]).toMatchObject({ reasoning_content: "hm" });
    expect(convertInput(items, null, plain)[1]).not.toHaveProperty("reasoning_content");
    expect(convertInput([...items, userMessage("New")], null, deepSeek)[1]).not.toHaveProperty("reasoning_content");
  });
});

describe("converting tools", () => {
  const tools = [tool("f"), tool("g")];
  it.each([
    [{ type: "auto" }, undefined, 2],
    [{ type: "none" }, "none", 2],
    [{ type: "required" }, "required", 2],
    [{ type: "tool", name: "g" }, { type: "function", function: { name: "g" } }, 2],
    [{ type: "allowed", names: ["g"], mode: "required" }, "required", 1],
    [{ type: "allowed", names: ["g"], mode: "auto" }, undefined, 1],
  ] as const)("turns %j into %j", (toolChoice, choice, count) => {
    const choices = toolChoice.type === "allowed" ? { ...toolChoice, names: [...toolChoice.names] } : toolChoice;
    const converted = convertTools(modelRequest({ tools, toolChoice: choices }), plain);
    expect(converted.tool_choice).toEqual(choice);
    expect(converted.tools).toHaveLength(count);
  });

  it("says nothing about tools when there are none", () => {
    const request = modelRequest({ parallelToolCalls: false, toolChoice: { type: "required" } });
    expect(convertTools(request, plain)).toEqual({});
  });
});

describe("the request", () => {
  it("says only what the caller said", () => {
    const body = buildChatRequest("m", modelRequest(), plain);
    expect(Object.keys(body).sort()).toEqual(["messages", "model", "stream", "stream_options"]);
    const mistral = quirksOf(testConnection({ baseUrl: "https://api.mistral.ai/v1" }));
    expect(buildChatRequest("m", modelRequest(), mistral)).not.toHaveProperty("stream_options");
  });

  it("names the token limit as the server knows it", () => {
    expect(buildChatRequest("m", modelRequest({ maxOutputTokens: 9 }), plain)).toMatchObject({ max_tokens: 9 });
    expect(buildChatRequest("m", modelRequest({ maxOutputTokens: 9 }), openAi)).toMatchObject({
      max_completion_tokens: 9,
    });
  });

  it("passes schema, effort and probabilities on", () => {
    const schema = { type: "object" };
    const request = modelRequest({
      format: { type: "json_schema", name: "n", description: "d", schema, strict: true },
      reasoning: { effort: "high", summary: null },
      topLogprobs: 2,
      parallelToolCalls: false,
      tools: [{ ...tool("f"), strict: true, description: "does f" }],
    });
    expect(buildChatRequest("m", request, plain)).toMatchObject({
      response_format: { type: "json_schema", json_schema: { name: "n", description: "d", schema, strict: true } },
      reasoning_effort: "high",
      logprobs: true,
      top_logprobs: 2,
      parallel_tool_calls: false,
      tools: [{ type: "function", function: { name: "f", description: "does f", strict: true } }],
    });
  });
});

describe("what only chat completions can ask for", () => {
  it("goes on as it came", () => {
    const request = modelRequest({
      stop: ["END"],
      seed: 7,
      logitBias: { "42": -100 },
      input: [
        { type: "message", role: "system", name: "house", content: [{ type: "text", text: "Be brief." }] },
        {
          type: "message",
          role: "user",
          name: "ada",
          content: [
            { type: "text", text: "Hear" },
            { type: "audio", data: "UklGRg==", format: "wav" },
          ],
        },
        { type: "message", role: "assistant", name: "eve", content: [{ type: "text", text: "Yes." }] },
      ],
    });
    expect(buildChatRequest("m", request, plain)).toMatchObject({
      stop: ["END"],
      seed: 7,
      logit_bias: { "42": -100 },
      messages: [
        { role: "system", name: "house", content: "Be brief." },
        {
          role: "user",
          name: "ada",
          content: [
            { type: "text", text: "Hear" },
            { type: "input_audio", input_audio: { data: "UklGRg==", format: "wav" } },
          ],
        },
        { role: "assistant", name: "eve", content: "Yes." },
      ],
    });
  });
});

describe("servers that do as they please", () => {
  it("understands one JSON body instead of a stream", async () => {
    const whole: unknown = JSON.parse(readFileSync(resolve(import.meta.dirname, "__fixtures__/whole.json"), "utf8"));
    upstream.script((exchange) => exchange.json(200, whole));
    const events = await collectEvents(provider().languageModel("tiny"), modelRequest());
    expect([reasoningIn(events), textIn(events)]).toEqual(["Hm.", "Hello"]);
    expect(callsIn(events)).toEqual({ call_1: { name: "get_weather", arguments: '{"city":"Paris"}', done: true } });
    expect(events.at(-1)).toEqual({ type: "finish", reason: "tool_calls" });
  });

  it("takes an error in a JSON body with status 200 for one", async () => {
    upstream.script((exchange) => exchange.json(200, { error: { message: "model is loading", code: 503 } }));
    await expect(collectEvents(provider().languageModel("m"), modelRequest())).rejects.toMatchObject({
      code: "provider_error",
      message: expect.stringContaining("model is loading"),
    });
  });

  it("takes a stream without [DONE] but with a finish reason, and one without either for broken", async () => {
    upstream.script(async (exchange) => {
      exchange.send(chatChunk({ content: "fine" }, "stop"));
      exchange.sendRaw("data: [DON");
      await new Promise(setImmediate);
      exchange.cut();
    });
    await expect(collectEvents(provider().languageModel("m"), modelRequest())).rejects.toMatchObject({
      code: "provider_error",
    });
    upstream.script((exchange) => exchange.json(404, { error: { message: "The model `m` does not exist" } }));
    await expect(collectEvents(provider().languageModel("m"), modelRequest())).rejects.toMatchObject({
      code: "model_not_found",
      param: "model",
    });
  });

  it("goes where the base URL says, key and query included", async () => {
    await collectEvents(provider("/deep/?api-version=2").languageModel("m"), modelRequest());
    expect(upstream.requests[0]?.path).toBe("/v1/deep/chat/completions?api-version=2");
    expect(upstream.requests[0]?.headers.authorization).toBe("Bearer sk-test-1234567890");
  });
});
