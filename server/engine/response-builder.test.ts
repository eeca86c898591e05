import { describe, expect, test } from "vitest";
import type { ResponseEvent } from "#server/protocol/events";
import type { ModelEvent } from "#server/providers/provider";
import { build, expectTransition, type Transition, text } from "#tests/support/build-turn";

const MESSAGE_END = ["output_text.done 0.0", "content_part.done 0.0", "output_item.done 0 message completed"];

const TRANSITIONS: Transition[] = [
  { name: "nothing said", events: [], expected: [] },
  {
    name: "empty pieces open nothing",
    events: [text(""), { type: "refusal", text: "" }, { type: "reasoning", text: "" }],
    expected: [],
  },
  {
    name: "text",
    events: [text("Hel"), text("lo")],
    expected: [
      "output_item.added 0 message",
      "content_part.added 0.0",
      'output_text.delta 0.0 "Hel"',
      'output_text.delta 0.0 "lo"',
      ...MESSAGE_END,
    ],
  },
  {
    name: "text, refusal and text again are parts of one message",
    events: [text("a"), { type: "refusal", text: "no" }, text("b")],
    expected: [
      "output_item.added 0 message",
      "content_part.added 0.0",
      'output_text.delta 0.0 "a"',
      "output_text.done 0.0",
      "content_part.done 0.0",
      "content_part.added 0.1",
      'refusal.delta 0.1 "no"',
      "refusal.done 0.1",
      "content_part.done 0.1",
      "content_part.added 0.2",
      'output_text.delta 0.2 "b"',
      "output_text.done 0.2",
      "content_part.done 0.2",
      "output_item.done 0 message completed",
    ],
  },
  {
    name: "raw reasoning, then text",
    events: [{ type: "reasoning", text: "hm" }, text("a")],
    expected: [
      "output_item.added 0 reasoning",
      "content_part.added 0.0",
      'reasoning_text.delta 0.0 "hm"',
      "reasoning_text.done 0.0",
      "content_part.done 0.0",
      "output_item.done 0 reasoning completed",
      "output_item.added 1 message",
      "content_part.added 1.0",
      'output_text.delta 1.0 "a"',
      "output_text.done 1.0",
      "content_part.done 1.0",
      "output_item.done 1 message completed",
    ],
  },
  {
    name: "summary parts",
    events: [
      { type: "reasoning_summary", text: "x", part: 0 },
      { type: "reasoning_summary", text: "y", part: 0 },
      { type: "reasoning_summary", text: "z", part: 1 },
      { type: "reasoning_encrypted", encryptedContent: "…", sealKind: "v" },
    ],
    expected: [
      "output_item.added 0 reasoning",
      "reasoning_summary_part.added 0.s0",
      'reasoning_summary_text.delta 0.s0 "x"',
      'reasoning_summary_text.delta 0.s0 "y"',
      "reasoning_summary_text.done 0.s0",
      "reasoning_summary_part.done 0.s0",
      "reasoning_summary_part.added 0.s1",
      'reasoning_summary_text.delta 0.s1 "z"',
      "reasoning_summary_text.done 0.s1",
      "reasoning_summary_part.done 0.s1",
      "output_item.done 0 reasoning completed",
    ],
  },
  {
    name: "raw reasoning shown as a summary",
    events: [{ type: "reasoning", text: "hm" }],
    options: { reasoningAsSummary: true },
    expected: [
      "output_item.added 0 reasoning",
      "reasoning_summary_part.added 0.s0",
      'reasoning_summary_text.delta 0.s0 "hm"',
      "reasoning_summary_text.done 0.s0",
      "reasoning_summary_part.done 0.s0",
      "output_item.done 0 reasoning completed",
    ],
  },
  {
    name: "encrypted reasoning alone",
    events: [{ type: "reasoning_encrypted", encryptedContent: "…", sealKind: "v" }],
    expected: ["output_item.added 0 reasoning", "output_item.done 0 reasoning completed"],
  },
  {
    name: "text that was cut off",
    events: [text("a")],
    options: { cut: true },
    expected: [
      "output_item.added 0 message",
      "content_part.added 0.0",
      'output_text.delta 0.0 "a"',
      "output_text.done 0.0",
      "content_part.done 0.0",
      "output_item.done 0 message incomplete",
    ],
  },
];

describe("what a model says", () => {
  test.each(TRANSITIONS)("$name", expectTransition);

  test("logprobs reach the client only when it asked for them", () => {
    const logprob = { token: "a", logprob: -0.1, bytes: [97], top_logprobs: [] };
    const said: ModelEvent[] = [{ type: "text", text: "a", logprobs: [logprob] }];
    const partOf = (events: ResponseEvent[]) =>
      events.flatMap((event) => (event.type === "response.content_part.done" ? [event.part] : []))[0];
    expect(partOf(build(said).events)).toMatchObject({ logprobs: [] });
    expect(partOf(build(said, { logprobs: true }).events)).toMatchObject({ logprobs: [logprob] });
  });

  test("the last usage of a turn counts, and input includes the cached tokens", () => {
    const usage = { inputTokens: 10, cachedTokens: 4, outputTokens: 3, reasoningTokens: 1 };
    const built = build([{ type: "usage", usage: { ...usage, outputTokens: 1 } }, text("a"), { type: "usage", usage }]);
    const last = built.events.at(-1);
    expect(last?.type === "response.completed" && last.response.usage).toEqual({
      input_tokens: 10,
      input_tokens_details: { cached_tokens: 4, cache_write_tokens: 0 },
      output_tokens: 3,
      output_tokens_details: { reasoning_tokens: 1 },
      total_tokens: 13,
    });
  });
});
