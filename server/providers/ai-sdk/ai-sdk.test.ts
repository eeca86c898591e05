import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { createAnthropicProvider } from "#server/providers/ai-sdk/anthropic";
import { convertPrompt } from "#server/providers/ai-sdk/convert-prompt";
import { createGoogleProvider } from "#server/providers/ai-sdk/google";
import { seal, unseal } from "#server/providers/ai-sdk/sealed-reasoning";
import type { LanguageModel, ModelEvent, ModelInput, ModelRequest } from "#server/providers/provider";
import { collectEvents, modelRequest, testConnection, userMessage } from "#tests/support/model-request";
import { upstreamForSuite } from "#tests/support/upstream-suite";

const upstream = upstreamForSuite();

const anthropic = () => createAnthropicProvider(testConnection({ kind: "anthropic", baseUrl: upstream.baseUrl }));
const google = () => createGoogleProvider(testConnection({ kind: "google", baseUrl: upstream.baseUrl }));

function play(name: string): void {
  upstream.script((exchange) => {
    exchange.sendRaw(readFileSync(resolve(import.meta.dirname, "__fixtures__", `${name}.sse`), "utf8"));
    exchange.done();
  });
}

async function ask(model: LanguageModel, change: Partial<ModelRequest>): Promise<ModelEvent[]> {
  return collectEvents(model, modelRequest(change));
}

function sealsIn(events: ModelEvent[]): ModelInput[] {
  return events.flatMap((event) =>
    event.type === "reasoning_encrypted"
      ? [{ type: "reasoning", text: "", summary: [], encryptedContent: event.encryptedContent }]
      : [],
  );
}

describe("signatures", () => {
  it("come back to Anthropic as they were signed", async () => {
    play("anthropic-reasoning");
    const model = anthropic().languageModel("claude-sonnet-4-5");
    const reasoning = { effort: "low", summary: null };
    const events = await ask(model, { reasoning });
    const seals = sealsIn(events);
    expect(seals).toHaveLength(1);
    play("anthropic-text");
    await ask(model, {
      reasoning,
      input: [
        userMessage("2+2?"),
        ...seals,
        { type: "message", role: "assistant", content: [{ type: "text", text: "Four." }] },
        userMessage("Sure?"),
      ],
    });
    expect(JSON.stringify(upstream.requests[1]?.body.messages)).toContain(
      '{"type":"thinking","thinking":"Let me think.","signature":"EqQBCgIYAhIM"}',
    );
  });

  it("come back to Gemini beside the call they belong to", async () => {
    play("google-parallel-tools");
    const model = google().languageModel("gemini-2.5-flash");
    const seals = sealsIn(await ask(model, {}));
    play("google-text");
    await ask(model, {
      input: [
        userMessage("Weather?"),
        ...seals,
        { type: "tool_call", callId: "call_a", name: "get_weather", arguments: '{"city":"Paris"}' },
        {
          type: "tool_result",
          callId: "call_a",
          name: "get_weather",
          output: [{ type: "text", text: "rain" }],
          isError: false,
        },
      ],
    });
    expect(JSON.stringify(upstream.requests[1]?.body.contents)).toMatch(
      /"functionCall":\{[^}]*"get_weather".*"thoughtSignature":"c2lnbmF0dXJl"/,
    );
  });

  it("of another vendor, or of nobody, are left out", () => {
    const foreign: ModelInput = { type: "reasoning", text: "hm", summary: [], encryptedContent: "gAAAAA-of-openai" };
    const bare: ModelInput = { type: "reasoning", text: "hm", summary: ["s"], encryptedContent: null };
    expect(convertPrompt([userMessage("a"), foreign, bare], null)).toHaveLength(1);
    const sealed = { vendor: "google", text: "", signatures: { a: "s" } } as const;
    expect(unseal(seal(sealed))).toEqual(sealed);
    for (const text of [
      "",
      "x",
      Buffer.from('{"vendor":"google"}').toString("base64url"),
      Buffer.from('{"vendor":"anthropic","blocks":[1]}').toString("base64url"),
    ]) {
      expect(unseal(text)).toBeNull();
    }
  });
});

describe("the prompt", () => {
  it("keeps system text in front and lets later ones speak through the user", () => {
    const system: ModelInput = { type: "message", role: "developer", content: [{ type: "text", text: "Be brief." }] };
    expect(convertPrompt([system, userMessage("Hi"), system], "You help.")).toEqual([
      { role: "system", content: "You help." },
      { role: "system", content: "Be brief." },
      { role: "user", content: [{ type: "text", text: "Hi" }] },
      { role: "user", content: [{ type: "text", text: "<system>\nBe brief.\n</system>" }] },
    ]);
  });

  it("carries sound to Google and says that Anthropic takes none", async () => {
    const sound: ModelInput = {
      type: "message",
      role: "user",
      content: [{ type: "audio", data: "UklGRg==", format: "wav" }],
    };
    play("google-text");
    await ask(google().languageModel("gemini-2.5-flash"), { input: [sound], stop: ["END"], seed: 7 });
    const { contents, generationConfig } = upstream.requests[0]?.body ?? {};
    expect(contents).toMatchObject([{ parts: [{ inlineData: { mimeType: "audio/wav", data: "UklGRg==" } }] }]);
    expect(generationConfig).toMatchObject({ stopSequences: ["END"], seed: 7 });
    await expect(ask(anthropic().languageModel("claude-sonnet-4-5"), { input: [sound] })).rejects.toMatchObject({
      code: "unsupported_parameter",
      param: "input",
    });
    play("anthropic-text");
    await ask(anthropic().languageModel("claude-sonnet-4-5"), { stop: ["END"] });
    expect(upstream.requests.at(-1)?.body).toMatchObject({ stop_sequences: ["END"] });
  });

  it("carries images and audio inline, and failed tools as failures", () => {
    const content = [
      { type: "image", url: "data:image/png;base64,AAAA", detail: "auto" },
      { type: "audio", data: "UklGRg==", format: "wav" },
    ] as const;
    const failure: ModelInput = {
      type: "tool_result",
      callId: "c",
      name: "f",
      output: [{ type: "text", text: "boom" }],
      isError: true,
    };
    const [user, tool] = convertPrompt([{ type: "message", role: "user", content: [...content] }, failure], null);
    expect(user?.content).toEqual([
      { type: "file", mediaType: "image/png", data: { type: "data", data: "AAAA" } },
      { type: "file", mediaType: "audio/wav", data: { type: "data", data: "UklGRg==" } },
    ]);
    expect(tool?.content).toMatchObject([{ output: { type: "error-text", value: "boom" } }]);
  });
});

describe("the request", () => {
  it("carries the connection's key and nobody else's", async () => {
    play("anthropic-text");
    await ask(anthropic().languageModel("claude-sonnet-4-5"), { parallelToolCalls: false });
    expect(upstream.requests[0]).toMatchObject({
      path: "/v1/messages",
      headers: { "x-api-key": "sk-test-1234567890" },
    });
    play("google-text");
    await ask(google().languageModel("gemini-2.5-flash"), {});
    expect(upstream.requests[1]).toMatchObject({
      path: "/v1/models/gemini-2.5-flash:streamGenerateContent?alt=sse",
      headers: { "x-goog-api-key": "sk-test-1234567890" },
    });
  });
});

describe("models and embeddings", () => {
  const signal = new AbortController().signal;
  it("lists Anthropic's", async () => {
    upstream.script((exchange) =>
      exchange.json(200, {
        data: [{ type: "model", id: "claude-x", created_at: "2025-01-01T00:00:00Z", max_input_tokens: 5 }, {}],
      }),
    );
    expect(await anthropic().listModels?.(signal)).toEqual([
      { id: "claude-x", ownedBy: "anthropic", created: 1735689600, kind: "language", contextWindow: 5 },
    ]);
    expect(upstream.requests[0]?.headers["anthropic-version"]).toBe("2023-06-01");
  });

  it("lists Google's with what they can do", async () => {
    const models = [
      { name: "models/gemini-x", inputTokenLimit: 9, supportedGenerationMethods: ["generateContent"] },
      { name: "models/embed-x", supportedGenerationMethods: ["embedContent"] },
      { name: "models/imagen-x", supportedGenerationMethods: ["predict"] },
    ];
    upstream.script((exchange) => exchange.json(200, { models }));
    expect(await google().listModels?.(signal)).toMatchObject([
      { id: "gemini-x", kind: "language", contextWindow: 9 },
      { id: "embed-x", kind: "embedding" },
      { id: "imagen-x", kind: "unknown" },
    ]);
  });

  it("embeds through Google, told what for", async () => {
    upstream.script((exchange) => exchange.json(200, { embeddings: [{ values: [1, 2] }, { values: [3, 4] }] }));
    const model = google().embeddingModel?.("embed-x");
    expect(await model?.embed(["a", "b"], { signal, kind: "document" })).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(model?.dimensions).toBe(2);
    expect(JSON.stringify(upstream.requests[0]?.body)).toContain("RETRIEVAL_DOCUMENT");
    upstream.script((exchange) => exchange.json(200, { embeddings: [{ values: [1] }, { values: [2] }] }));
    const reduced = google().embeddingModel?.("embed-x", { reduceTo: 1 });
    expect(await reduced?.embed(["a", "b"], { signal, kind: "document" })).toEqual([[1], [2]]);
    expect(JSON.stringify(upstream.requests.at(-1)?.body)).toContain('"outputDimensionality":1');
    upstream.script((exchange) => exchange.json(403, { error: { message: "no" } }));
    await expect(model?.embed(["a"], { signal, kind: "query" })).rejects.toMatchObject({ code: "provider_auth_error" });
  });
});

describe("ends of prefixes that a cache is to keep", () => {
  const piece = (text: string) => ({ type: "text" as const, text });
  const end = (text: string) => ({ ...piece(text), endsPrefix: true as const });
  const marked = (text: string) => ({ type: "text", text, cache_control: { type: "ephemeral" } });

  it("are marked for Anthropic, the newest four", async () => {
    play("anthropic-text");
    await ask(anthropic().languageModel("claude-sonnet-4-5"), {
      instructions: "You help.",
      input: [
        { type: "message", role: "system", content: [end("Old rules."), end("Rules."), piece("More.")] },
        { type: "message", role: "user", content: [end("Long."), piece("Short.")] },
        { type: "tool_call", callId: "c1", name: "look", arguments: "{}" },
        { type: "tool_result", callId: "c1", name: "look", output: [end("a"), end("b")], isError: false },
        { type: "message", role: "user", content: [end("Now?")] },
      ],
      tools: [{ name: "look", description: null, parameters: { type: "object" }, strict: false, hosted: null }],
    });
    const { system, messages } = upstream.requests.at(-1)?.body ?? {};
    const plain = (text: string) => ({ type: "text", text });
    expect(system).toEqual([plain("You help."), plain("Old rules."), marked("Rules."), plain("More.")]);
    expect(messages).toMatchObject([
      { role: "user", content: [marked("Long."), plain("Short.")] },
      { role: "assistant", content: [{ type: "tool_use" }] },
      { role: "user", content: [{ type: "tool_result", cache_control: { type: "ephemeral" } }, marked("Now?")] },
    ]);
  });

  it("are left out for vendors that take no marks", async () => {
    play("google-text");
    await ask(google().languageModel("gemini-2.5-flash"), {
      input: [{ type: "message", role: "user", content: [end("Long.")] }],
    });
    expect(upstream.requests.at(-1)?.body.contents).toEqual([{ role: "user", parts: [{ text: "Long." }] }]);
  });
});
