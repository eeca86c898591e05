import { expect, test } from "vitest";
import { priceOfImage } from "#server/services/models/price";

const connectionOf = (kind: string, baseUrl: string | null) => {
  return { id: "c", name: "c", kind, baseUrl, apiKey: null, models: [], trusted: false };
};
const openai = connectionOf("openai-compatible", "https://api.openai.com/v1");

test.each([
  ["gpt-image-1", { inputTokens: 1_000, outputTokens: 1_000 }, 0.045],
  ["gpt-image-1", { inputTokens: 1_000, imageInputTokens: 1_000, outputTokens: 1_000 }, 0.05],
  ["gpt-image-1.5", { inputTokens: 0, outputTokens: 1_000 }, 0.032],
  ["gpt-image-1", null, null],
  ["gpt-image-1", { inputTokens: 0, outputTokens: 0 }, null],
  ["unheard-of", { inputTokens: 0, outputTokens: 1_000 }, null],
])("an image of %s with %j costs %d", (model, usage, cost) => {
  const price = priceOfImage(openai, model, usage);
  if (cost === null) expect(price).toBeNull();
  else expect(price).toBeCloseTo(cost, 9);
});

test("an image costs nothing here, and something unknown at a server of one's own", () => {
  const usage = { inputTokens: 1_000, outputTokens: 1_000 };
  expect(priceOfImage(connectionOf("builtin", null), "placeholder", usage)).toBe(0);
  expect(priceOfImage(connectionOf("builtin", null), "placeholder", null)).toBe(0);
  expect(priceOfImage(connectionOf("openai-compatible", "http://127.0.0.1:1/v1"), "flux", usage)).toBeNull();
});
