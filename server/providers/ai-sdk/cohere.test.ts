import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { createCohereProvider } from "#server/providers/ai-sdk/cohere";
import type { ModelEvent, ModelInput, ModelRequest, ModelTool } from "#server/providers/provider";
import { collectEvents, modelRequest, reasoningIn, testConnection, userMessage } from "#tests/support/model-request";
import { upstreamForSuite } from "#tests/support/upstream-suite";

const { signal } = new AbortController();
const upstream = upstreamForSuite({ PROVIDER_MAX_ATTEMPTS: "1" });

/** The scripted vendor's address, with the path of version 2 of Cohere's API. */
const baseUrl = () => upstream.baseUrl.replace(/\/v1$/, "/v2");
const cohere = () => createCohereProvider(testConnection({ kind: "cohere", baseUrl: baseUrl() }));
const recording = (name: string) =>
  readFileSync(resolve(import.meta.dirname, "__fixtures__", `cohere-${name}.sse`), "utf8");

/** Asks, while the vendor answers with a recording or with other frames, and gives what it was asked. */
async function ask(change: Partial<ModelRequest> = {}, frames = recording("text")) {
  upstream.script((exchange) => {
    exchange.sendRaw(frames);
    exchange.end();
  });
  const events = await collectEvents(cohere().languageModel("command-a-03-2025"), modelRequest(change));
  return { events, body: upstream.requests.at(-1)?.body ?? {} };
}

const said = (text: string) => [{ type: "text" as const, text }];
const schema = { type: "object", properties: { city: { type: "string" } }, required: ["city"] };
const tool = (name: string, change: Partial<ModelTool> = {}): ModelTool => ({
  name,
  description: `Tells about ${name}`,
  parameters: schema,
  strict: true,
  hosted: null,
  ...change,
});

describe("what Cohere is asked", () => {
  it("has its own names for limits and choices", async () => {
    const { body } = await ask({
      topP: 0.5,
      seed: 5,
      stop: ["END"],
      tools: [tool("weather"), tool("time")],
      toolChoice: { type: "tool", name: "time" },
    });
    expect(upstream.requests[0]?.path).toBe("/v2/chat");
    expect(body).toMatchObject({ p: 0.5, seed: 5, stop_sequences: ["END"], tool_choice: "REQUIRED", stream: true });
    expect(body.tools).toMatchObject([{ type: "function", function: { name: "time", parameters: schema } }]);
  });

  it.each<[string, ModelTool[], true | undefined]>([
    ["all tools are", [tool("weather"), tool("time")], true],
    ["one is not", [tool("weather"), tool("time", { strict: false })], undefined],
    [
      "one takes nothing",
      [tool("weather"), tool("time", { parameters: { type: "object", properties: {} } })],
      undefined,
    ],
  ])("is strict about tools when %s", async (_name, tools, strict) => {
    expect((await ask({ tools })).body.strict_tools).toBe(strict);
  });

  it("gives as much time to think as the effort stands for", async () => {
    const thinking = async (effort: string) => (await ask({ reasoning: { effort, summary: null } })).body.thinking;
    expect(await thinking("none")).toEqual({ type: "disabled" });
    expect(await thinking("low")).toEqual({ type: "enabled", token_budget: 3277 });
    expect(await thinking("high")).toEqual({ type: "enabled", token_budget: 19661 });
    expect((await ask()).body.thinking).toBeUndefined();
  });

  it("is told its own plan, and what it said, before its calls", async () => {
    const { body } = await ask({
      input: [
        userMessage("Weather?"),
        { type: "reasoning", text: "I will look it up.", summary: [], encryptedContent: null },
        { type: "message", role: "assistant", content: said("One moment.") },
        { type: "tool_call", callId: "call_1", name: "weather", arguments: '{"city":"Paris"}' },
        { type: "tool_result", callId: "call_1", name: "weather", output: said("rain"), isError: false },
      ],
    });
    expect(body.messages).toEqual([
      { role: "user", content: "Weather?" },
      {
        role: "assistant",
        tool_plan: "I will look it up.\nOne moment.",
        tool_calls: [{ id: "call_1", type: "function", function: { name: "weather", arguments: '{"city":"Paris"}' } }],
      },
      { role: "tool", tool_call_id: "call_1", content: "rain" },
    ]);
  });

  it("sees images, a tool's too, as closely as asked", async () => {
    const image = { type: "image", url: "data:image/png;base64,AAAA", detail: "low" } as const;
    const { body } = await ask({
      input: [
        { type: "message", role: "user", content: [...said("See"), image] },
        { type: "tool_call", callId: "call_1", name: "look", arguments: "{}" },
        { type: "tool_result", callId: "call_1", name: "look", output: [...said("a picture"), image], isError: false },
      ],
    });
    const url = "data:image/png;base64,AAAA";
    expect(body.messages).toMatchObject([
      {
        content: [
          { type: "text", text: "See" },
          { type: "image_url", image_url: { url, detail: "low" } },
        ],
      },
      { role: "assistant" },
      { role: "tool", content: "a picture" },
      { role: "user", content: [{ type: "image_url", image_url: { url, detail: "low" } }] },
    ]);
  });

  it("is no sound, which the package would send as a document", async () => {
    const sound: ModelInput = {
      type: "message",
      role: "user",
      content: [{ type: "audio", data: "UklGRg==", format: "wav" }],
    };
    const model = cohere().languageModel("command-a-03-2025");
    await expect(collectEvents(model, modelRequest({ input: [sound] }))).rejects.toMatchObject({
      code: "unsupported_parameter",
      param: "input",
    });
    expect(upstream.requests).toHaveLength(0);
  });

  it("is not asked for JSON beside tools, which its API does not take together", async () => {
    const request = modelRequest({ format: { type: "json_object" }, tools: [tool("weather")] });
    await expect(collectEvents(cohere().languageModel("command-a-03-2025"), request)).rejects.toMatchObject({
      code: "unsupported_parameter",
      param: "text.format",
    });
    expect((await ask({ format: { type: "json_object" } })).body.response_format).toEqual({ type: "json_object" });
  });
});

describe("what Cohere answers", () => {
  const types = (events: ModelEvent[]) => [...new Set(events.map(({ type }) => type))];

  it("plans its calls, which is reasoning", async () => {
    const { events } = await ask({}, recording("parallel-tools"));
    expect(reasoningIn(events)).toBe("I will look both up.");
    expect(types(events)).toEqual([
      "reasoning",
      "tool_call",
      "tool_call_arguments",
      "tool_call_done",
      "usage",
      "finish",
    ]);
  });

  it("thinks aloud", async () => {
    const { events } = await ask({}, recording("reasoning"));
    expect(types(events)).toEqual(["reasoning", "text", "usage", "finish"]);
  });

  it("cites, which is left out", async () => {
    const citation = { start: 0, end: 5, text: "Hello", sources: [{ type: "tool", id: "get_weather_1:0" }] };
    const frames = recording("text").replace(
      "event: message-end",
      `event: citation-start\ndata: ${JSON.stringify({
        type: "citation-start",
        index: 0,
        delta: { message: { citations: citation } },
      })}\n\nevent: citation-end\ndata: {"type":"citation-end","index":0}\n\nevent: message-end`,
    );
    expect(types((await ask({}, frames)).events)).toEqual(["text", "usage", "finish"]);
  });

  const ending = (reason: string) =>
    recording("text").replace('"finish_reason":"COMPLETE"', `"finish_reason":"${reason}"`);

  it("ends for reasons of its own", async () => {
    const { events } = await ask({}, ending("STOP_SEQUENCE"));
    expect(events.at(-1)).toEqual({ type: "finish", reason: "stop" });
    await expect(ask({}, ending("ERROR"))).rejects.toMatchObject({ code: "provider_error" });
    await expect(ask({}, ending("TIMEOUT"))).rejects.toMatchObject({ code: "provider_timeout" });
  });

  it.each([
    [404, "model 'command-z' not found, make sure the correct model ID was used", "model_not_found"],
    [401, "invalid api token", "provider_auth_error"],
    [400, "too many tokens: max tokens must be less than or equal to 8192, the maximum output", "invalid_request"],
    [422, "invalid request: temperature must be between 0 and 1", "invalid_request"],
  ])("refuses with %i: %s", async (status, message, code) => {
    upstream.script((exchange) => exchange.json(status, { id: "8d4c3f5e", message }));
    const model = cohere().languageModel("command-z");
    await expect(collectEvents(model, modelRequest())).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message),
    });
  });
});

describe("Cohere's models and embeddings", () => {
  it("are listed page by page, by version 1 of its API", async () => {
    const named = (name: string, endpoints: string[], change = {}) => ({
      name,
      endpoints,
      context_length: 128000,
      finetuned: false,
      ...change,
    });
    upstream.script(
      (exchange) =>
        exchange.json(200, {
          models: [
            named("command-a-03-2025", ["generate", "chat", "summarize"]),
            named("command-a-vision-07-2025", ["chat"], { features: ["vision"] }),
            named("command-old", ["chat"], { is_deprecated: true }),
          ],
          next_page_token: "second/page",
        }),
      (exchange) =>
        exchange.json(200, {
          models: [named("embed-v4.0", ["embed", "embed_image"]), named("rerank-v3.5", ["rerank"]), {}],
        }),
    );
    expect(await cohere().listModels?.(signal)).toMatchObject([
      { id: "command-a-03-2025", kind: "language", contextWindow: 128000, modalities: { input: ["text"] } },
      { id: "command-a-vision-07-2025", kind: "language", modalities: { input: ["text", "image"] } },
      { id: "embed-v4.0", kind: "embedding" },
      { id: "rerank-v3.5", kind: "unknown" },
    ]);
    expect(upstream.requests.map(({ path }) => path)).toEqual([
      "/v1/models?page_size=1000",
      "/v1/models?page_size=1000&page_token=second%2Fpage",
    ]);
  });

  it("are told what for, and how long to be", async () => {
    const answer = (vectors: number[][]) =>
      upstream.script((exchange) =>
        exchange.json(200, {
          id: "1",
          embeddings: { float: vectors },
          texts: [],
          meta: { api_version: { version: "2" }, billed_units: { input_tokens: 3 } },
        }),
      );
    const tokens: number[] = [];
    const model = cohere().embeddingModel?.("embed-v4.0");
    answer([
      [1, 2],
      [3, 4],
    ]);
    const options = { signal, onUsage: (count: number) => tokens.push(count) };
    expect(await model?.embed(["a", "b"], { ...options, kind: "document" })).toEqual([
      [1, 2],
      [3, 4],
    ]);
    answer([[5, 6]]);
    await model?.embed(["c"], { ...options, kind: "query" });
    expect(tokens).toEqual([3, 3]);
    expect(upstream.requests.map(({ path, body }) => [path, body.input_type])).toEqual([
      ["/v2/embed", "search_document"],
      ["/v2/embed", "search_query"],
    ]);
    answer([Array.from({ length: 256 }, () => 0.5)]);
    await cohere().embeddingModel?.("embed-v4.0", { reduceTo: 256 }).embed(["a"], { signal, kind: "query" });
    expect(upstream.requests.at(-1)?.body.output_dimension).toBe(256);
    const odd = cohere().embeddingModel?.("embed-v4.0", { reduceTo: 300 });
    await expect(odd?.embed(["a"], { signal, kind: "query" })).rejects.toMatchObject({
      code: "invalid_value",
      param: "dimensions",
    });
    expect(upstream.requests).toHaveLength(3);
  });
});
