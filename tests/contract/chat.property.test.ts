import fc from "fast-check";
import { expect, test } from "vitest";
import { type ChatChunk, ChatChunkWriter } from "#server/protocol/chat/chunks";
import { type ChatToolCall, toChatCompletion } from "#server/protocol/chat/completion";
import type { ChatAnswerOptions } from "#server/protocol/chat/request";
import { isTerminalEvent, type ResponseEvent } from "#server/protocol/events";
import type { ModelEvent } from "#server/providers/provider";
import { build } from "#tests/support/build-turn";

const piece = fc.constantFrom("", "a", "word ", "😀", "\ud83d", '"', "\n\n");
const callId = fc.constantFrom("c1", "c2", "c3", "");
const modelEvent: fc.Arbitrary<ModelEvent> = fc.oneof(
  { weight: 4, arbitrary: piece.map((text): ModelEvent => ({ type: "text", text })) },
  piece.map((text): ModelEvent => ({ type: "refusal", text })),
  piece.map((text): ModelEvent => ({ type: "reasoning", text })),
  fc.tuple(piece, fc.nat(2)).map(([text, part]): ModelEvent => ({ type: "reasoning_summary", text, part })),
  {
    weight: 3,
    arbitrary: fc
      .tuple(callId, fc.constantFrom("f", "g", "ignored"))
      .map(([id, name]): ModelEvent => ({ type: "tool_call", callId: id, name })),
  },
  {
    weight: 4,
    arbitrary: fc
      .tuple(callId, fc.constantFrom("{", "}", '{"a":1}', ""))
      .map(([id, delta]): ModelEvent => ({ type: "tool_call_arguments", callId: id, delta })),
  },
  { weight: 2, arbitrary: callId.map((id): ModelEvent => ({ type: "tool_call_done", callId: id })) },
);

/** What a client that knows nothing but the chunks puts together. */
function addUp(chunks: readonly ChatChunk[]) {
  let content = "";
  let refusal = "";
  let legacy: { name: string; arguments: string } | null = null;
  const calls: ChatToolCall[] = [];
  for (const { delta } of chunks.flatMap((chunk) => chunk.choices)) {
    content += delta.content ?? "";
    refusal += delta.refusal ?? "";
    for (const { index, id, function: called } of delta.tool_calls ?? []) {
      if (!called) throw new Error("no custom tool was offered");
      if (id !== undefined) calls[index] = { id, type: "function", function: { ...called, name: called.name ?? "" } };
      const call = calls[index];
      if (call?.type !== "function") throw new Error("arguments before their call");
      if (id === undefined) call.function.arguments += called.arguments;
    }
    if (delta.function_call?.name !== undefined) legacy ??= { name: delta.function_call.name, arguments: "" };
    if (delta.function_call && legacy) legacy.arguments += delta.function_call.arguments;
  }
  return { content, refusal, calls, legacy };
}

function play(events: ModelEvent[], cut: boolean, legacyFunctions: boolean) {
  const options: ChatAnswerOptions = { includeUsage: false, legacyFunctions, logprobs: false, obfuscation: false };
  const writer = new ChatChunkWriter(options);
  const said: ResponseEvent[] = build(events, { cut }).events;
  const chunks = said.flatMap((event) => writer.write(event)).flatMap((frame) => ("choices" in frame ? [frame] : []));
  const last = said.at(-1);
  if (!last || !isTerminalEvent(last)) throw new Error("no terminal event");
  const [choice] = toChatCompletion(last.response, options).choices;
  return { chunks, choice };
}

test("whatever a model says, the chunks add up to the completion", () => {
  fc.assert(
    fc.property(fc.array(modelEvent, { maxLength: 40 }), fc.boolean(), (events, cut) => {
      const { chunks, choice } = play(events, cut, false);
      const { content, refusal, calls } = addUp(chunks);
      expect(content).toBe(choice.message.content ?? "");
      expect(refusal).toBe(choice.message.refusal ?? "");
      expect(calls).toEqual(choice.message.tool_calls ?? []);
      expect(chunks.at(-1)?.choices[0]?.finish_reason).toBe(choice.finish_reason);
      expect(chunks.slice(0, -1).every((chunk) => chunk.choices[0]?.finish_reason === null)).toBe(true);
      expect(chunks[0]?.choices[0]?.delta.role).toBe("assistant");
    }),
    { numRuns: 500 },
  );
});

test("a deprecated function call adds up too", () => {
  const calling: ModelEvent[] = [
    { type: "text", text: "Let me look." },
    { type: "tool_call", callId: "c1", name: "f" },
    { type: "tool_call_arguments", callId: "c1", delta: '{"a"' },
    { type: "tool_call_arguments", callId: "c1", delta: ":1}" },
    { type: "tool_call_done", callId: "c1" },
  ];
  const { chunks, choice } = play(calling, false, true);
  expect(addUp(chunks).legacy).toEqual({ name: "f", arguments: '{"a":1}' });
  expect(choice).toMatchObject({
    finish_reason: "function_call",
    message: { content: "Let me look.", function_call: { name: "f" } },
  });
});
