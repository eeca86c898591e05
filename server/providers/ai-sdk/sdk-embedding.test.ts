import { expect, it } from "vitest";
import { createMistralProvider } from "#server/providers/ai-sdk/mistral";
import { testConnection } from "#tests/support/model-request";
import { upstreamForSuite } from "#tests/support/upstream-suite";

const options = { signal: new AbortController().signal, kind: "query" } as const;
const upstream = upstreamForSuite({ PROVIDER_MAX_ATTEMPTS: "1" });

const open = (dimensions?: number) =>
  createMistralProvider(testConnection({ kind: "mistral", baseUrl: upstream.baseUrl })).embeddingModel?.(
    "mistral-embed",
    dimensions === undefined ? {} : { dimensions },
  );
const answer = (vectors: number[][]) =>
  upstream.script((exchange) => exchange.json(200, { data: vectors.map((embedding) => ({ embedding })) }));

it("takes no answer with too few vectors, or of another length than those before", async () => {
  answer([[1, 2]]);
  await expect(open()?.embed(["a", "b"], options)).rejects.toThrow("sent 1 vectors for 2 texts");
  answer([[1, 2, 3]]);
  await expect(open(2)?.embed(["a"], options)).rejects.toThrow("sent vectors of 3 numbers instead of 2");
  const model = open();
  answer([[1, 2]]);
  expect(await model?.embed(["a"], options)).toEqual([[1, 2]]);
  answer([[1]]);
  await expect(model?.embed(["a"], options)).rejects.toMatchObject({ code: "provider_error" });
});

it("stops when its caller leaves", async () => {
  const stop = new AbortController();
  const left = new Error("left");
  upstream.script((exchange) => {
    stop.abort(left);
    return exchange.abandoned;
  });
  await expect(open()?.embed(["a"], { ...options, signal: stop.signal })).rejects.toBe(left);
  await upstream.requests.at(-1)?.abandoned;
});
