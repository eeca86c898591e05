import { expect, test } from "vitest";
import { cleanAttributes, contentToJson, previewOf, toJson } from "#server/tracing/content";

const MAX = 100_000;

test("secrets of tools and headers are removed, a schema's own properties stay", () => {
  const json = contentToJson(
    {
      request: {
        tools: [
          {
            type: "mcp",
            server_url: "https://x?k=canary-5",
            authorization: "canary-1",
            headers: { "x-any": "canary-2" },
          },
          {
            type: "function",
            name: "f",
            parameters: { properties: { headers: { type: "object" }, authorization: { type: "string" } } },
          },
        ],
        "x-provider-api-key": "canary-3",
        api_key: "canary-4",
      },
    },
    MAX,
  );
  expect(json).not.toContain("canary");
  expect(JSON.parse(json).request.tools[1].parameters.properties).toEqual({
    headers: { type: "object" },
    authorization: { type: "string" },
  });
});

test("binary parts become a reference with their size", () => {
  const base64 = Buffer.alloc(3_000, 7).toString("base64");
  const json = contentToJson(
    {
      input: [
        { type: "input_image", image_url: `data:image/png;base64,${base64}` },
        { type: "input_file", file_data: base64 },
      ],
    },
    MAX,
  );
  expect(JSON.parse(json).input).toEqual([
    { type: "input_image", image_url: "[image/png, 3000 bytes]" },
    { type: "input_file", file_data: "[base64, 3000 bytes]" },
  ]);
});

test("content under the cap is whole, over it long texts are shortened and it says so", () => {
  const content = { input: "a ".repeat(20_000), list: Array.from({ length: 3_000 }, (_, index) => index) };
  expect(JSON.parse(contentToJson(content, MAX))).toEqual(content);
  const short = contentToJson(content, 30_000);
  expect(short.length).toBeLessThanOrEqual(30_000);
  expect(JSON.parse(short)).toMatchObject({ shortened_from: JSON.stringify(content).length });
});

test("content far over the cap is shortened without being written whole first", () => {
  const text = "a ".repeat(1_000_000);
  const parsed = JSON.parse(
    contentToJson({ input: [text, { type: "input_image", image_url: `data:image/png;base64,${text}` }] }, MAX),
  );
  expect(parsed.shortened_from).toBeGreaterThan(4_000_000);
  expect(parsed.input[0]).toMatch(/^a a .*… \[\d+ more characters\]$/);
  expect(parsed.input[1].image_url).toBe("[image/png, 1500000 bytes]");
});

test("what cannot be shortened enough is left out", () => {
  const content = Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`key ${index}`, index]));
  expect(JSON.parse(contentToJson(content, 500))).toMatchObject({ omitted: true });
});

test("NUL and lone surrogates, which Postgres refuses, are replaced", () => {
  const json = toJson({ text: "a\u0000b\ud800c" });
  expect(json).not.toMatch(/\\u0000|\\ud8/);
  expect(JSON.parse(json).text).toBe("a\ufffdb\ufffdc");
});

test("without content, attributes keep numbers, flags and known names only", () => {
  const attributes = {
    model: "openai/gpt",
    inputTokens: 4,
    stream: true,
    query: "canary",
    attempts: [{ attempt: 1, status: 500, error: "canary" }],
    queries: ["canary"],
  };
  expect(cleanAttributes(attributes, false)).toEqual({
    model: "openai/gpt",
    inputTokens: 4,
    stream: true,
    attempts: [{ attempt: 1, status: 500 }],
    queries: [],
  });
  expect(cleanAttributes(attributes, true)).toEqual(attributes);
});

test("attributes are bounded", () => {
  const huge = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`k${index}`, "x".repeat(5_000)]));
  expect(JSON.stringify(cleanAttributes({ ...huge, model: "m", tokens: 3 }, true)).length).toBeLessThan(16_384);
});

test("a preview is one short line", () => {
  expect(previewOf(`  two\n\nlines ${"x".repeat(2_000)}`)).toHaveLength(280);
  expect(previewOf("  two\n\nlines ")).toBe("two lines");
});
