import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { parseConfig, setConfig } from "#server/config";
import { newId } from "#server/ids";
import { createProvider } from "#server/providers/registry";
import type { RerankModel } from "#server/providers/rerank";
import { testConnection } from "#tests/support/model-request";
import { type ScriptedUpstream, startScriptedUpstream } from "#tests/support/scripted-upstream";

let upstream: ScriptedUpstream;

beforeAll(() => setConfig(parseConfig({ NODE_ENV: "test", PROVIDER_MAX_ATTEMPTS: "1" })));
beforeEach(async () => {
  upstream = await startScriptedUpstream();
});
afterEach(() => upstream.close());

/** A model of a connection that nobody has asked before. */
function open(kind = "openai-compatible"): RerankModel {
  const connection = testConnection({ id: newId("connection"), kind, baseUrl: upstream.baseUrl });
  const model = createProvider(connection).rerankModel?.("rerank-1");
  if (!model) throw new Error(`no rerank model of kind ${kind}`);
  return model;
}

const DOCUMENTS = ["apples", "pears", "plums"];
const rank = (model: RerankModel) => model.rerank("pears?", DOCUMENTS, { signal: new AbortController().signal });

describe("a /rerank server", () => {
  it.each(["openai-compatible", "cohere"])("is asked in Cohere's and Jina's shape (%s)", async (kind) => {
    upstream.setDefault((exchange) =>
      exchange.json(200, {
        results: [
          { index: 1, relevance_score: 0.93 },
          { index: 2, relevance_score: 0.4, document: { text: "plums" } },
          { index: 0, relevance_score: 0.02 },
        ],
        usage: { total_tokens: 12 },
      }),
    );
    expect(await rank(open(kind))).toEqual([0.02, 0.93, 0.4]);
    expect(upstream.requests).toMatchObject([
      {
        method: "POST",
        path: "/v1/rerank",
        headers: { authorization: "Bearer sk-test-1234567890" },
        body: { model: "rerank-1", query: "pears?", documents: DOCUMENTS, top_n: 3 },
      },
    ]);
  });

  it("is asked in the shape of Text Embeddings Inference once it has refused the other", async () => {
    upstream.setDefault((exchange) => {
      if (!Array.isArray(exchange.body.texts)) exchange.json(422, { error: "missing field `texts`" });
      else
        exchange.json(200, [
          { index: 1, score: 0.9 },
          { index: 0, score: 0.2 },
        ]);
    });
    const model = open();
    expect(await rank(model)).toEqual([0.2, 0.9, 0]);
    expect(await rank(model)).toEqual([0.2, 0.9, 0]);
    expect(upstream.requests.map(({ body }) => Object.keys(body).includes("texts"))).toEqual([false, true, true]);
    expect(upstream.requests[1]?.body).toEqual({
      query: "pears?",
      texts: DOCUMENTS,
      raw_scores: false,
      truncate: true,
    });
  });

  it("is asked in its own shape alone once it has answered, and says itself what was wrong", async () => {
    upstream.script((exchange) => exchange.json(200, { results: [{ index: 0, relevance_score: 0.5 }] }));
    upstream.setDefault((exchange) => exchange.json(400, { message: `no ${Object.keys(exchange.body).at(-1)}` }));
    const model = open();
    expect(await rank(model)).toEqual([0.5, 0, 0]);
    await expect(rank(model)).rejects.toMatchObject({ detail: { body: expect.stringContaining("no top_n") } });
    expect(upstream.requests).toHaveLength(2);
  });

  it("that reads neither shape is told by its first words, and asked for both again", async () => {
    upstream.setDefault((exchange) => exchange.json(422, { message: `no ${Object.keys(exchange.body).at(-1)}` }));
    const model = open();
    for (const asked of [2, 4]) {
      await expect(rank(model)).rejects.toMatchObject({ detail: { body: expect.stringContaining("no top_n") } });
      expect(upstream.requests).toHaveLength(asked);
    }
  });

  it("that fails in the second shape is told by that failure", async () => {
    upstream.script((exchange) => exchange.json(422, { message: "missing field `texts`" }));
    upstream.setDefault((exchange) => exchange.json(503, { message: "loading" }));
    await expect(rank(open())).rejects.toMatchObject({ detail: { status: 503 } });
  });

  it("may give logits", async () => {
    upstream.setDefault((exchange) =>
      exchange.json(200, {
        results: [
          { index: 0, relevance_score: -2 },
          { index: 1, relevance_score: 3 },
        ],
      }),
    );
    const [first = 0, second = 0, third] = await rank(open());
    expect(first).toBeCloseTo(0.119, 3);
    expect(second).toBeCloseTo(0.953, 3);
    expect(third).toBe(0);
  });

  it.each([
    ["a failure", 500, { message: "out of memory" }],
    ["no ranking", 200, { results: [{ index: 7, relevance_score: 0.5 }, { index: 0 }, null] }],
    ["another shape", 200, { ranked: true }],
    ["no text it knows", 400, { message: "no such field" }],
  ])("that answers %s is a failed provider", async (_, status, body) => {
    upstream.setDefault((exchange) => exchange.json(status, body));
    await expect(rank(open())).rejects.toMatchObject({ code: "provider_error" });
  });
});
