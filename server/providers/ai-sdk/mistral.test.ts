import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { createMistralProvider } from "#server/providers/ai-sdk/mistral";
import type { ModelEvent, ModelInput, ModelRequest } from "#server/providers/provider";
import { callsIn, collectEvents, modelRequest, testConnection, userMessage } from "#tests/support/model-request";
import { upstreamForSuite } from "#tests/support/upstream-suite";

const { signal } = new AbortController();
const upstream = upstreamForSuite({ PROVIDER_MAX_ATTEMPTS: "1" });

const mistral = () => createMistralProvider(testConnection({ kind: "mistral", baseUrl: upstream.baseUrl }));
const recording = (name: string) =>
  readFileSync(resolve(import.meta.dirname, "__fixtures__", `mistral-${name}.sse`), "utf8");

/** Asks, while the vendor answers with a recording or with other frames, and gives what it was asked. */
async function ask(change: Partial<ModelRequest> = {}, frames = recording("text")) {
  upstream.script((exchange) => {
    exchange.sendRaw(frames);
    exchange.end();
  });
  const events = await collectEvents(mistral().languageModel("mistral-large-2512"), modelRequest(change));
  return { events, body: upstream.requests.at(-1)?.body ?? {} };
}

const call = (callId: string): ModelInput => ({ type: "tool_call", callId, name: "look", arguments: '{"at":"x"}' });
const result = (callId: string, output: Extract<ModelInput, { type: "tool_result" }>["output"]): ModelInput => ({
  type: "tool_result",
  callId,
  name: "look",
  output,
  isError: false,
});
const said = (text: string) => [{ type: "text" as const, text }];

describe("what Mistral is asked", () => {
  const schema = { type: "object", properties: { a: { type: "string" } }, required: ["a"] };

  it.each([true, false])("holds a schema to strict: %s", async (strict) => {
    const format = { type: "json_schema", name: "reply", description: null, schema, strict } as const;
    const { body } = await ask({ format });
    expect(body.response_format).toMatchObject({ type: "json_schema", json_schema: { name: "reply", schema, strict } });
  });

  it("has its own names for choices, limits and caches", async () => {
    const tool = { description: null, parameters: schema, strict: true, hosted: null };
    const { body } = await ask({
      tools: [
        { ...tool, name: "look" },
        { ...tool, name: "wait" },
      ],
      toolChoice: { type: "required" },
      parallelToolCalls: false,
      promptCacheKey: "team-7",
      seed: 5,
      stop: ["END"],
      reasoning: { effort: "medium", summary: null },
    });
    expect(body).toMatchObject({
      tool_choice: "any",
      parallel_tool_calls: false,
      prompt_cache_key: "team-7",
      random_seed: 5,
      stop: ["END"],
      tools: [{ function: { name: "look", strict: true } }, { function: { name: "wait", strict: true } }],
    });
    expect((await ask()).body).not.toHaveProperty("parallel_tool_calls");
  });

  it.each([
    ["magistral-medium-latest", "low", "high"],
    ["magistral-medium-latest", "none", "none"],
    ["mistral-large-4", "medium", "medium"],
    ["codestral-latest", "high", undefined],
  ])("gives %s the effort nearest to %s that it knows: %s", async (modelId, effort, sent) => {
    upstream.script((exchange) => {
      exchange.sendRaw(recording("text"));
      exchange.end();
    });
    const request = modelRequest({ reasoning: { effort, summary: null } });
    await collectEvents(mistral().languageModel(modelId), request);
    expect(upstream.requests[0]?.body.reasoning_effort).toBe(sent);
  });

  it("has call ids of nine letters and digits, whoever made them, the same in call and result and each time", async () => {
    const input = [userMessage("Look"), call("call_0123456789"), call("D681PevKs"), call("toolu_01A")];
    const results = ["call_0123456789", "D681PevKs", "toolu_01A"].map((id) => result(id, said(`seen ${id}`)));
    const first = await ask({ input: [...input, ...results] });
    const second = await ask({ input: [...input, ...results] });
    expect(second.body).toEqual(first.body);
    const [, assistant, ...tools] = first.body.messages as {
      tool_calls?: { id: string }[];
      tool_call_id: string;
      content: string;
    }[];
    const ids = assistant?.tool_calls?.map(({ id }) => id) ?? [];
    expect(ids[1]).toBe("D681PevKs");
    expect(new Set(ids).size).toBe(3);
    for (const id of ids) expect(id).toMatch(/^[A-Za-z0-9]{9}$/);
    expect(tools.map(({ tool_call_id, content }) => [tool_call_id, content])).toEqual([
      [ids[0], "seen call_0123456789"],
      [ids[1], "seen D681PevKs"],
      [ids[2], "seen toolu_01A"],
    ]);
  });

  it("lets the assistant speak between a tool's result and a user, and shows a tool's images as a user's", async () => {
    const image = { type: "image", url: "data:image/png;base64,AAAA", detail: "auto" } as const;
    const { body } = await ask({
      input: [userMessage("Look"), call("D681PevKs"), result("D681PevKs", [...said("a picture"), image])],
    });
    expect(body.messages).toMatchObject([
      { role: "user" },
      { role: "assistant", tool_calls: [{ id: "D681PevKs" }] },
      { role: "tool", tool_call_id: "D681PevKs", content: "a picture" },
      { role: "assistant", content: "OK." },
      { role: "user", content: [{ type: "image_url", image_url: "data:image/png;base64,AAAA" }] },
    ]);
  });

  it("is told what it thought in the turn under way, not in those before", async () => {
    const thought = (text: string): ModelInput => ({ type: "reasoning", text, summary: [], encryptedContent: null });
    const { body } = await ask({
      input: [
        userMessage("Hi"),
        thought("an old thought"),
        { type: "message", role: "assistant", content: said("Hello") },
        userMessage("Look"),
        thought("Let me look."),
        call("D681PevKs"),
        result("D681PevKs", said("rain")),
      ],
    });
    expect(body.messages).toMatchObject([
      { role: "user" },
      { role: "assistant", content: "Hello" },
      { role: "user" },
      { role: "assistant", content: [{ type: "thinking", thinking: [{ type: "text", text: "Let me look." }] }] },
      { role: "tool", content: "rain" },
    ]);
    expect(JSON.stringify(body)).not.toContain("an old thought");
  });

  it("is no sound", async () => {
    const sound: ModelInput = {
      type: "message",
      role: "user",
      content: [{ type: "audio", data: "UklGRg==", format: "wav" }],
    };
    const model = mistral().languageModel("mistral-large-2512");
    await expect(collectEvents(model, modelRequest({ input: [sound] }))).rejects.toMatchObject({
      code: "unsupported_parameter",
      param: "input",
    });
    expect(upstream.requests).toHaveLength(0);
  });
});

describe("what Mistral answers", () => {
  const types = (events: ModelEvent[]) => [...new Set(events.map(({ type }) => type))];

  it("thinks aloud, and counts what it thought", async () => {
    const { events } = await ask({}, recording("reasoning"));
    expect(types(events)).toEqual(["model", "reasoning", "text", "usage", "finish"]);
    const usage = { inputTokens: 16, cachedTokens: 0, outputTokens: 30, reasoningTokens: 20 };
    expect(events).toContainEqual({ type: "usage", usage });
  });

  it("leaves a call open that was cut off", async () => {
    const frames = recording("parallel-tools")
      .replace(String.raw`{\"zone\":\"CET\"}`, String.raw`{\"zone\":\"C`)
      .replace('"finish_reason":"tool_calls"', '"finish_reason":"length"');
    const { events } = await ask({}, frames);
    expect(callsIn(events)).toEqual({
      D681PevKs: { name: "get_weather", arguments: '{"city":"Paris"}', done: true },
      mWvnKjsb7: { name: "get_time", arguments: '{"zone":"C', done: false },
    });
    expect(events.at(-1)).toEqual({ type: "finish", reason: "max_output_tokens" });
  });

  it("has failed when it says so", async () => {
    const frames = recording("text").replace('"finish_reason":"stop"', '"finish_reason":"error"');
    await expect(ask({}, frames)).rejects.toMatchObject({ code: "provider_error" });
  });

  it("names its models in its own way when it lacks one, and its errors in the stream", async () => {
    upstream.script((exchange) =>
      exchange.json(400, {
        object: "error",
        message: "Invalid model: mistral-nano",
        type: "invalid_model",
        param: null,
        code: "1500",
      }),
    );
    const model = mistral().languageModel("mistral-nano");
    await expect(collectEvents(model, modelRequest())).rejects.toMatchObject({
      code: "model_not_found",
      message: expect.stringContaining("Invalid model: mistral-nano"),
    });
    const error = { object: "error", message: "Capacity exceeded", type: "service_tier_capacity_exceeded" };
    await expect(ask({}, `data: ${JSON.stringify(error)}\n\n`)).rejects.toMatchObject({
      message: 'The provider "vendor" answered with status 502: Capacity exceeded',
    });
  });

  it("waits as its rate limit says", async () => {
    upstream.script((exchange) =>
      exchange.json(
        429,
        { object: "error", message: "Rate limit exceeded", type: "rate_limited", param: null, code: "1300" },
        { "retry-after": "20" },
      ),
    );
    const model = mistral().languageModel("mistral-large-2512");
    await expect(collectEvents(model, modelRequest())).rejects.toMatchObject({
      code: "provider_error",
      retryAfterMs: 20_000,
      detail: { status: 429 },
    });
  });
});

describe("Mistral's models and embeddings", () => {
  it("are listed with what they can do", async () => {
    const listed = (id: string, capabilities: Record<string, boolean>) => ({
      id,
      object: "model",
      created: 1760000000,
      owned_by: "mistralai",
      capabilities,
      max_context_length: 131072,
      type: "base",
    });
    upstream.script((exchange) =>
      exchange.json(200, {
        object: "list",
        data: [
          listed("mistral-large-2512", { completion_chat: true, vision: true }),
          listed("codestral-2508", { completion_chat: true, vision: false }),
          listed("mistral-embed", { completion_chat: false }),
          listed("mistral-ocr-2512", { completion_chat: false, vision: true }),
          {},
        ],
      }),
    );
    const all = { ownedBy: "mistralai", created: 1760000000, contextWindow: 131072 };
    expect(await mistral().listModels?.(signal)).toEqual([
      {
        id: "mistral-large-2512",
        ...all,
        kind: "language",
        modalities: { input: ["text", "image"], output: ["text"] },
      },
      { id: "codestral-2508", ...all, kind: "language", modalities: { input: ["text"], output: ["text"] } },
      { id: "mistral-embed", ...all, kind: "embedding" },
      { id: "mistral-ocr-2512", ...all, kind: "unknown" },
    ]);
    expect(upstream.requests[0]).toMatchObject({
      path: "/v1/models",
      headers: { authorization: "Bearer sk-test-1234567890" },
    });
  });

  it("come in requests no larger than Mistral takes, in the order of the texts", async () => {
    const texts = Array.from({ length: 40 }, (_, index) => `text ${index}`).concat(
      "x".repeat(31_000),
      "y".repeat(2_000),
    );
    const tokens: number[] = [];
    upstream.setDefault((exchange) => {
      const input = exchange.body.input as string[];
      const data = input.map((text, index) => ({ object: "embedding", index, embedding: [texts.indexOf(text), 1] }));
      exchange.json(200, { object: "list", data, usage: { prompt_tokens: input.length, total_tokens: input.length } });
    });
    const model = mistral().embeddingModel?.("mistral-embed");
    const vectors = await model?.embed(texts, { signal, kind: "document", onUsage: (count) => tokens.push(count) });
    expect(vectors).toEqual(texts.map((_, index) => [index, 1]));
    expect(model?.dimensions).toBe(2);
    expect(tokens).toEqual([32, 9, 1]);
    expect(upstream.requests[0]?.body).toMatchObject({ model: "mistral-embed", encoding_format: "float" });
    const reduced = mistral().embeddingModel?.("codestral-embed", { reduceTo: 2 });
    await reduced?.embed(["text 1"], { signal, kind: "query" });
    expect(upstream.requests.at(-1)?.body).toMatchObject({ output_dimension: 2 });
  });
});
