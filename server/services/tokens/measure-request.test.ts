import { afterAll, describe, expect, test } from "vitest";
import type { ModelContent } from "#server/providers/provider";
import { stopTokenCounter } from "#server/services/tokens/count-texts";
import { imageTokens } from "#server/services/tokens/image-tokens";
import { type MeasuredRequest, measureRequest } from "#server/services/tokens/measure-request";
import { tokenizerOf } from "#server/services/tokens/tokenizer-of";

afterAll(stopTokenCounter);

const said = (...content: ModelContent[]) => [{ type: "message" as const, role: "user" as const, content }];
const text = (words: string): ModelContent => ({ type: "text", text: words });

function measure(change: Partial<MeasuredRequest>) {
  return measureRequest({
    ...{ modelId: "gpt-4o", instructions: null, tools: [], vendorTools: [], format: { type: "text" }, items: [] },
    ...change,
  });
}

describe("tokenizers", () => {
  test.each([
    ["gpt-4o-mini", "o200k_base", true],
    ["openai/gpt-5.1", "o200k_base", true],
    ["ft:gpt-4o:acme::1", "o200k_base", true],
    ["o3", "o200k_base", true],
    ["gpt-oss-120b", "o200k_base", true],
    ["gpt-4", "cl100k_base", true],
    ["gpt-4-turbo", "cl100k_base", true],
    ["gpt-3.5-turbo", "cl100k_base", true],
    ["claude-sonnet-4-5", "o200k_base", false],
    ["gemini-2.5-pro", "o200k_base", false],
    ["llama3.2:3b", "o200k_base", false],
  ])("%s", (model, encoding, isOwn) => {
    expect(tokenizerOf(model)).toEqual({ encoding, isOwn });
  });
});

describe("counting", () => {
  test("text by the model's own tokenizer is exact: `hello` is 8 tokens, as OpenAI counts it", async () => {
    expect(await measure({ items: [said(text("hello"))] }).count()).toEqual({ total: 8, items: [5], estimated: false });
  });

  test("instructions, tools and schema count", async () => {
    const plain = await measure({ items: [said(text("hello"))] }).count();
    const instructed = await measure({ items: [said(text("hello"))], instructions: "Be brief." }).count();
    expect(instructed.total - plain.total).toBe(4 + 3);
    const tool = { name: "look", description: "Looks", parameters: { type: "object" }, strict: false, hosted: null };
    const equipped = await measure({ items: [said(text("hello"))], tools: [tool] }).count();
    expect(equipped.total).toBeGreaterThan(plain.total + 10);
    expect(equipped.estimated).toBe(true);
    const schema = { type: "object", properties: { city: { type: "string" } } };
    const format = { type: "json_schema" as const, name: "answer", description: null, schema, strict: true };
    expect((await measure({ items: [said(text("hello"))], format }).count()).total).toBeGreaterThan(plain.total + 10);
  });

  test("another vendor's model is an estimate, and so are images", async () => {
    const count = async (modelId: string, content: ModelContent) =>
      measure({ modelId, items: [said(content)] }).count();
    expect(await count("claude-sonnet-4-5", text("hello"))).toMatchObject({ total: 8, estimated: true });
    const url = "https://e.org/a.png";
    expect(await count("gpt-4o", { type: "image", url, detail: "low" })).toMatchObject({
      total: 7 + 85,
      estimated: true,
    });
  });

  test("what certainly fits fits", async () => {
    expect(measure({ items: [said(text("hello"))] }).certainlyFits(100)).toBe(true);
    for (const words of ["hello", "日本語のテキスト", "🦊🦊", "a".repeat(5000), " \n\t".repeat(400), "<|endoftext|>"]) {
      const measurement = measure({ items: [said(text(words))] });
      const { total } = await measurement.count();
      expect(measurement.certainlyFits(total - 1)).toBe(false);
    }
  });

  test("what no tokenizer should be given is estimated by its length", async () => {
    const items = [said(text("word ".repeat(1_000_000)))];
    expect(await measure({ items }).count()).toMatchObject({ total: 7 + 1_250_000, estimated: true });
  });
});

describe("images", () => {
  const square = { width: 1024, height: 1024 };

  test.each<[string, "low" | "high", number]>([
    ["gpt-4o", "high", 85 + 4 * 170],
    ["gpt-4o", "low", 85],
    ["gpt-4o-mini", "high", 2833 + 4 * 5667],
    ["gpt-4.1-mini", "high", Math.ceil(1024 * 1.62)],
    ["o4-mini", "high", Math.ceil(1024 * 1.72)],
    ["gpt-5", "high", 70 + 4 * 140],
    ["o3", "high", 75 + 4 * 150],
    ["claude-opus-4-5", "high", Math.ceil((1024 * 1024) / 750)],
    ["gemini-2.5-flash", "high", 258 * 4],
    ["qwen-vl", "high", 85 + 4 * 170],
  ])("%s, detail %s", (model, detail, tokens) => {
    expect(imageTokens(model, square, detail)).toBe(tokens);
  });

  test("by the size that the file itself tells", async () => {
    // The head of a 1 × 1 PNG.
    const head = "89504e470d0a1a0a0000000d4948445200000001000000010806000000";
    const url = `data:image/png;base64,${Buffer.from(head, "hex").toString("base64")}`;
    const image: ModelContent = { type: "image", url, detail: "high" };
    expect(await measure({ items: [said(image)] }).count()).toMatchObject({ total: 7 + 85 + 170 });
    const broken: ModelContent = { type: "image", url: "data:image/png;base64,AAAA", detail: "high" };
    expect(await measure({ items: [said(broken)] }).count()).toMatchObject({ total: 7 + 85 + 4 * 170 });
  });
});
