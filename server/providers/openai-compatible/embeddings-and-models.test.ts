import { describe, expect, it } from "vitest";
import { createOpenAiCompatibleProvider } from "#server/providers/openai-compatible/openai-compatible";
import { testConnection } from "#tests/support/model-request";
import type { UpstreamExchange } from "#tests/support/scripted-upstream";
import { upstreamForSuite } from "#tests/support/upstream-suite";

const upstream = upstreamForSuite();

const provider = () => createOpenAiCompatibleProvider(testConnection({ baseUrl: upstream.baseUrl }));

describe("embeddings", () => {
  const signal = new AbortController().signal;
  it("reads lists and base64, in the order of the texts", async () => {
    const packed = Buffer.from(new Float32Array([0.5, -1]).buffer).toString("base64");
    upstream.script((exchange) =>
      exchange.json(200, {
        data: [
          { index: 1, embedding: packed },
          { index: 0, embedding: [1, 2] },
        ],
      }),
    );
    const model = provider().embeddingModel?.("e");
    expect(await model?.embed(["a", "b"], { signal, kind: "document" })).toEqual([
      [1, 2],
      [0.5, -1],
    ]);
    expect(model?.dimensions).toBe(2);
    expect(upstream.requests[0]?.body).toMatchObject({ model: "e", input: ["a", "b"] });
  });

  it("refuses vectors that are missing or of another length", async () => {
    const model = provider().embeddingModel?.("e", { dimensions: 3 });
    upstream.script((exchange) => exchange.json(200, { data: [{ index: 0, embedding: [1, 2] }] }));
    await expect(model?.embed(["a"], { signal, kind: "query" })).rejects.toThrow("2 numbers instead of 3");
    upstream.script((exchange) => exchange.json(200, { data: [] }));
    await expect(model?.embed(["a"], { signal, kind: "query" })).rejects.toThrow("0 vectors for 1 texts");
  });

  it("asks for shorter vectors, and tells the tokens that the vendor counts", async () => {
    upstream.script((exchange) => exchange.json(200, { data: [{ embedding: [1, 2] }], usage: { prompt_tokens: 4 } }));
    const counted: number[] = [];
    const model = provider().embeddingModel?.("e", { reduceTo: 2 });
    await model?.embed(["a"], { signal, kind: "document", onUsage: (tokens) => counted.push(tokens) });
    expect(upstream.requests[0]?.body).toMatchObject({ dimensions: 2 });
    expect(counted).toEqual([4]);
    upstream.script((exchange) => exchange.json(200, { data: [{ embedding: [1, 2, 3] }] }));
    await expect(model?.embed(["a"], { signal, kind: "document" })).rejects.toThrow("3 numbers instead of 2");
  });

  it("asks again after 429, when the vendor says, and gives up with its words", async () => {
    const busy = (exchange: UpstreamExchange) =>
      exchange.json(429, { error: { message: "Slow down." } }, { "retry-after-ms": "5" });
    upstream.script(busy, (exchange) => exchange.json(200, { data: [{ embedding: [1, 2] }] }));
    const embed = () => provider().embeddingModel?.("e").embed(["a"], { signal, kind: "document" });
    expect(await embed()).toEqual([[1, 2]]);
    expect(upstream.requests).toHaveLength(2);
    upstream.setDefault(busy);
    await expect(embed()).rejects.toMatchObject({ message: expect.stringContaining("Slow down.") });
  });

  it("asks in batches", async () => {
    upstream.setDefault((exchange) => {
      const input = Array.isArray(exchange.body.input) ? exchange.body.input : [];
      exchange.json(200, { data: input.map((text, index) => ({ index, embedding: [Number(text), 0] })) });
    });
    const texts = Array.from({ length: 300 }, (_, index) => String(index));
    const vectors = await provider().embeddingModel?.("e").embed(texts, { signal, kind: "document" });
    expect(vectors?.map((vector) => vector[0])).toEqual(texts.map(Number));
    expect(upstream.requests).toHaveLength(3);
  });
});

describe("listing models", () => {
  const signal = new AbortController().signal;
  it("reads a list or a bare array, with kinds and context windows", async () => {
    const data = [
      { id: "llama-3", owned_by: "meta", created: 5, context_length: 8192 },
      { id: "nomic-embed-text" },
      { id: "whisper-1" },
      {
        id: "routed",
        context_length: 9,
        top_provider: { max_completion_tokens: 4 },
        architecture: { input_modalities: ["text", "image", 1], output_modalities: ["text"] },
      },
      { nothing: true },
    ];
    upstream.script(
      (exchange) => exchange.json(200, { object: "list", data }),
      (exchange) => exchange.json(200, data),
    );
    const expected = [
      { id: "llama-3", ownedBy: "meta", created: 5, kind: "language", contextWindow: 8192 },
      { id: "nomic-embed-text", ownedBy: "", created: 0, kind: "embedding" },
      { id: "whisper-1", ownedBy: "", created: 0, kind: "unknown" },
      {
        id: "routed",
        ownedBy: "",
        created: 0,
        kind: "language",
        contextWindow: 9,
        maxOutputTokens: 4,
        modalities: { input: ["text", "image"], output: ["text"] },
      },
    ];
    expect(await provider().listModels?.(signal)).toEqual(expected);
    expect(await provider().listModels?.(signal)).toEqual(expected);
  });
});
