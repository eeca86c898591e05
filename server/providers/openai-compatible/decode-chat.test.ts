import { describe, expect, it } from "vitest";
import type { ChatChunk } from "#server/providers/openai-compatible/chat-chunk";
import { ChatDecoder } from "#server/providers/openai-compatible/decode-chat";
import type { ModelEvent } from "#server/providers/provider";
import { callsIn, reasoningIn, textIn } from "#tests/support/model-request";

function decode(...chunks: ChatChunk[]): ModelEvent[] {
  const decoder = new ChatDecoder();
  const events: ModelEvent[] = [];
  for (const chunk of chunks) decoder.push(chunk, events);
  decoder.finish(events);
  return events;
}

function delta(delta: Record<string, unknown>, finish: string | null = null): ChatChunk {
  return { choices: [{ delta, finish_reason: finish }] };
}

function call(fields: Record<string, unknown>, name?: string, args?: unknown): ChatChunk {
  return delta({
    tool_calls: [
      { ...fields, function: { ...(name ? { name } : {}), ...(args === undefined ? {} : { arguments: args }) } },
    ],
  });
}

const finish = (events: ModelEvent[]) => events.at(-1);

describe("tool calls", () => {
  it("counts as tool_calls although the server says stop", () => {
    const events = decode(call({ index: 0, id: "a" }, "f", "{}"), delta({}, "stop"));
    expect(finish(events)).toEqual({ type: "finish", reason: "tool_calls" });
    expect(callsIn(events)).toEqual({ a: { name: "f", arguments: "{}", done: true } });
  });

  it("keeps calls apart that share an index but not an id", () => {
    const events = decode(
      call({ index: 0, id: "a" }, "f", "{}"),
      call({ index: 0, id: "b" }, "g", "{}"),
      delta({}, "stop"),
    );
    expect(Object.keys(callsIn(events))).toEqual(["a", "b"]);
  });

  it("follows calls without an index, and an id that every delta repeats", () => {
    const events = decode(
      call({ id: "a" }, "f", '{"x"'),
      call({ id: "a" }, undefined, ":1}"),
      call({ id: "b" }, "g"),
      call({}, undefined, "{}"),
    );
    expect(callsIn(events)).toMatchObject({ a: { arguments: '{"x":1}' }, b: { arguments: "{}" } });
  });

  it("makes an id where the server gives none, and takes arguments that are an object", () => {
    const events = decode(call({ index: 0 }, "f", { city: "Paris" }), delta({}, "tool_calls"));
    const [[id, only] = ["", null]] = Object.entries(callsIn(events));
    expect(id).toMatch(/^call_/);
    expect(only?.arguments).toBe('{"city":"Paris"}');
  });

  it("holds arguments back until the name is known", () => {
    const events = decode(
      call({ index: 0, id: "a" }, undefined, '{"x":'),
      call({ index: 0 }, "f", "1}"),
      delta({}, "tool_calls"),
    );
    expect(events.findIndex((event) => event.type === "tool_call")).toBeLessThan(
      events.findIndex((event) => event.type === "tool_call_arguments"),
    );
    expect(callsIn(events)).toMatchObject({ a: { name: "f", arguments: '{"x":1}' } });
  });

  it("leaves a call open that the token limit cut off", () => {
    const events = decode(call({ index: 0, id: "a" }, "f", '{"x":'), delta({}, "length"));
    expect(callsIn(events)).toMatchObject({ a: { done: false } });
    expect(finish(events)).toEqual({ type: "finish", reason: "max_output_tokens" });
  });
});

describe("reasoning", () => {
  it("reads reasoning_content and reasoning, and not twice when both come", () => {
    expect(reasoningIn(decode(delta({ reasoning_content: "a", reasoning: "a" }), delta({ reasoning: "b" })))).toBe(
      "ab",
    );
  });

  it("reads Mistral's thinking parts", () => {
    const thinking = { type: "thinking", thinking: [{ type: "text", text: "hm" }] };
    const events = decode(delta({ content: [thinking] }), delta({ content: [{ type: "text", text: "yes" }] }));
    expect([reasoningIn(events), textIn(events)]).toEqual(["hm", "yes"]);
  });

  it("tells a leading <think> block from the text at every cut", () => {
    const whole = "\n<think>\nFirst <b>this</b>.</think>\n\nThen a < b and <think> again.";
    for (let cut = 0; cut <= whole.length; cut += 1) {
      const events = decode(
        delta({ content: whole.slice(0, cut) }),
        delta({ content: whole.slice(cut) }),
        delta({}, "stop"),
      );
      expect(reasoningIn(events).trim()).toBe("First <b>this</b>.");
      expect(textIn(events)).toBe("Then a < b and <think> again.");
    }
  });

  it("holds nothing back of a text that only looks like it", () => {
    expect(textIn(decode(delta({ content: "<thin" }), delta({ content: "g>" })))).toBe("<thing>");
    expect(textIn(decode(delta({ content: "<th" }), delta({}, "stop")))).toBe("<th");
  });
});

describe("the rest", () => {
  it("passes refusals and token probabilities on", () => {
    const token = {
      token: "Hi",
      logprob: -0.1,
      bytes: [72, 105],
      top_logprobs: [{ token: "Hi", logprob: -0.1, bytes: [72, 105] }],
    };
    const events = decode(
      { choices: [{ delta: { content: "Hi" }, logprobs: { content: [token] } }] },
      delta({ refusal: "No." }, "stop"),
    );
    expect(events).toContainEqual({ type: "text", text: "Hi", logprobs: [token] });
    expect(events).toContainEqual({ type: "refusal", text: "No." });
  });

  it.each([
    [
      { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15, prompt_tokens_details: { cached_tokens: 4 } },
      [10, 4, 5, 0],
    ],
    [
      { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15, completion_tokens_details: { reasoning_tokens: 3 } },
      [10, 0, 5, 3],
    ],
    // xAI: reasoning beside the completion, as only the total tells.
    [
      { prompt_tokens: 10, completion_tokens: 5, total_tokens: 18, completion_tokens_details: { reasoning_tokens: 3 } },
      [10, 0, 8, 3],
    ],
    // DeepSeek.
    [{ prompt_tokens: 10, completion_tokens: 5, prompt_cache_hit_tokens: 8 }, [10, 8, 5, 0]],
  ])("counts %j", (usage, [inputTokens, cachedTokens, outputTokens, reasoningTokens]) => {
    const expected = { type: "usage", usage: { inputTokens, cachedTokens, outputTokens, reasoningTokens } };
    expect(decode(delta({ content: "x" }, "stop"), { choices: [], usage })).toContainEqual(expected);
  });

  it("does without usage, model and finish reason, and with nulls everywhere", () => {
    const events = decode(
      {},
      { choices: [] },
      { choices: [{ delta: null, finish_reason: null }], usage: null },
      delta({ content: "x", tool_calls: null }),
    );
    expect(textIn(events)).toBe("x");
    expect(events.some((event) => event.type === "usage")).toBe(false);
    expect(finish(events)).toEqual({ type: "finish", reason: "stop" });
  });

  it("maps a content filter", () => {
    expect(finish(decode(delta({ content: "x" }, "content_filter")))).toEqual({
      type: "finish",
      reason: "content_filter",
    });
  });
});
