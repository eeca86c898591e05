import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseChunk } from "#server/providers/openai-compatible/chat-chunk";
import { DeltaTemplate } from "#server/providers/openai-compatible/delta-template";

function chunk(delta: Record<string, unknown>, more: Record<string, unknown> = {}): string {
  return JSON.stringify({ id: "c", model: "m", choices: [{ index: 0, delta, finish_reason: null }], ...more });
}

function learnt(data: string): DeltaTemplate {
  const template = new DeltaTemplate();
  const parsed = parseChunk(data);
  if (parsed) template.learn(data, parsed);
  return template;
}

function textOf(data: string): unknown {
  return parseChunk(data)?.choices?.[0]?.delta?.content;
}

describe("DeltaTemplate", () => {
  it("says of every text what parsing says", () => {
    const template = learnt(chunk({ content: "Hello" }));
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const data = chunk({ content: text });
        expect(template.match(data)).toBe(textOf(data));
      }),
      { seed: 7 },
    );
  });

  it("never takes one chunk for another", () => {
    const template = learnt(chunk({ content: "Hello" }));
    for (const other of [
      chunk({ content: 'x","refusal":"y' }).replaceAll('\\"', '"'),
      chunk({ content: "x", refusal: "y" }),
      chunk({ content: "x" }, { usage: { prompt_tokens: 1 } }),
      chunk({ reasoning_content: "x" }),
      chunk({ content: "x" }).replace('"finish_reason":null', '"finish_reason":"stop"'),
      "[DONE]",
      "",
    ]) {
      expect(template.match(other)).toBeNull();
    }
  });

  it("learns nothing from a chunk that says more than text", () => {
    for (const data of [
      chunk({ content: "Hello", reasoning_content: "x" }),
      chunk({ content: "Hello" }, { usage: { prompt_tokens: 1 } }),
      chunk({ content: "Hello" }).replace("null", '"stop"'),
      chunk({ content: "Hello" }, { echo: { content: "Hello" } }),
    ]) {
      expect(learnt(data).match(data)).toBeNull();
    }
  });
});
