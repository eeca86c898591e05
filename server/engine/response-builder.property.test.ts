import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Admission } from "#server/engine/builder/turn-call";
import { ResponseBuilder } from "#server/engine/response-builder";
import { numberEvents, type ResponseEvent } from "#server/protocol/events";
import { foldEvents } from "#server/protocol/fold";
import { parseCreateResponse } from "#server/protocol/request";
import { openResponse, type ResponseResource } from "#server/protocol/response";
import { brokenRules } from "#server/protocol/stream-rules";
import { unfoldResponse } from "#server/protocol/unfold";
import type { ModelEvent } from "#server/providers/provider";
import { SEARCH } from "#tests/support/build-turn";
import { asWire } from "#tests/support/run-engine";

const ADMISSIONS: Record<string, Admission> = {
  f: { kind: "function" },
  g: { kind: "custom" },
  search: { kind: "hosted", call: SEARCH },
  refused: { kind: "refused", reason: "no" },
  ignored: { kind: "ignored" },
};

const piece = fc.constantFrom("", "a", "word ", " 【1】", "【", "2】", ".", "😀");
const callId = fc.constantFrom("c1", "c2", "c3", "");
const modelEvent: fc.Arbitrary<ModelEvent> = fc.oneof(
  { weight: 4, arbitrary: piece.map((text): ModelEvent => ({ type: "text", text })) },
  piece.map((text): ModelEvent => ({ type: "refusal", text })),
  piece.map((text): ModelEvent => ({ type: "reasoning", text })),
  fc.tuple(piece, fc.nat(2)).map(([text, part]): ModelEvent => ({ type: "reasoning_summary", text, part })),
  fc.constant<ModelEvent>({ type: "reasoning_encrypted", encryptedContent: "x", sealKind: "v" }),
  fc.constantFrom<ModelEvent>(
    { type: "item", item: "message", phase: "commentary" },
    { type: "item", item: "message" },
    { type: "item", item: "reasoning" },
    { type: "item", item: "reasoning", encrypted: { encryptedContent: "x", sealKind: "v" } },
    { type: "item_done" },
    { type: "part", part: "output_text" },
    { type: "part", part: "refusal" },
    { type: "annotation", annotation: { type: "file_path", file_id: "f", index: 0 } },
    { type: "in_force", settings: { service_tier: "default", modelId: "dated" } },
  ),
  fc
    .tuple(fc.constantFrom("v1", "v2"), fc.constantFrom("added" as const, "done" as const))
    .map(([key, stage]): ModelEvent => {
      const fields = { status: stage === "added" ? "in_progress" : "completed" };
      return { type: "vendor_item", key, item: "code_interpreter_call", stage, fields };
    }),
  fc.constantFrom("v1", "v2").map((key): ModelEvent => {
    return { type: "vendor_event", key, event: "response.code_interpreter_call_code.delta", fields: { delta: "x" } };
  }),
  {
    weight: 3,
    arbitrary: fc
      .tuple(callId, fc.constantFrom(...Object.keys(ADMISSIONS)))
      .map(([id, name]): ModelEvent => ({ type: "tool_call", callId: id, name })),
  },
  {
    weight: 4,
    arbitrary: fc
      .tuple(callId, fc.constantFrom("{", "}", '{"a":1}', '"b":', ""))
      .map(([id, delta]): ModelEvent => ({ type: "tool_call_arguments", callId: id, delta })),
  },
  { weight: 2, arbitrary: callId.map((id): ModelEvent => ({ type: "tool_call_done", callId: id })) },
  fc.constant<ModelEvent>({
    type: "usage",
    usage: { inputTokens: 1, cachedTokens: 0, outputTokens: 1, reasoningTokens: 0 },
  }),
);

interface Scene {
  turns: { events: ModelEvent[]; cut: boolean; outcome: "completed" | "failed" | "none" }[];
  ending: "completed" | "failed" | "cancelled";
  reasoningAsSummary: boolean;
  /** Where the stream breaks off within the last turn, without its end; null: it does not. */
  breaks: boolean;
}

const scene: fc.Arbitrary<Scene> = fc.record({
  turns: fc.array(
    fc.record({
      events: fc.array(modelEvent, { maxLength: 30 }),
      cut: fc.constant(false),
      outcome: fc.constantFrom("completed" as const, "failed" as const),
    }),
    { minLength: 1, maxLength: 3 },
  ),
  ending: fc.constantFrom("completed", "failed", "cancelled"),
  reasoningAsSummary: fc.boolean(),
  breaks: fc.boolean(),
});

function play(play: Scene, cutLast: boolean): { events: ResponseEvent[]; response: ResponseResource } {
  const request = parseCreateResponse({ input: "hi" });
  const builder = new ResponseBuilder({
    response: openResponse({ id: "resp_1", createdAt: 1, model: "m", request }),
    reasoningAsSummary: play.reasoningAsSummary,
    logprobs: false,
    sealReasoning: (plain) => plain,
  });
  builder.open();
  play.turns.forEach((turn, index) => {
    const last = index === play.turns.length - 1;
    builder.beginTurn({ admit: (name) => ADMISSIONS[name] ?? { kind: "ignored" } });
    builder.apply(turn.events);
    if (last && play.breaks && !cutLast && play.ending !== "completed") return;
    const { calls } = builder.endTurn(last && cutLast);
    builder.citables.addSources([
      {
        marker: "【1】",
        fileId: "file-1",
        filename: "a.md",
        chunkId: "1",
        page: null,
        text: "A. B.",
        charStart: 9,
        charEnd: 14,
      },
    ]);
    for (const call of calls) {
      if (call.refusal === null) call.writer?.start({ queries: ["q"] });
      if (turn.outcome !== "none") builder.finishCall(call, { status: turn.outcome, fields: {} });
    }
  });
  const failure = { type: "server_error", code: "provider_error", message: "broke", param: null };
  const response = builder.end(
    cutLast
      ? { status: "incomplete", reason: "max_output_tokens" }
      : play.ending === "completed"
        ? { status: "completed", at: 2 }
        : play.ending === "failed"
          ? { status: "failed", error: failure }
          : { status: "cancelled" },
  );
  const events = builder.take();
  numberEvents(events, 0);
  return { events, response };
}

describe("whatever a model says, in whatever order", () => {
  test("the stream obeys the order rules", () => {
    fc.assert(
      fc.property(scene, fc.boolean(), (shown, cutLast) => {
        expect(brokenRules(asWire(play(shown, cutLast).events))).toEqual([]);
      }),
      { numRuns: 3000, seed: 20_260_424 },
    );
  });

  test("the fold of the events is the response", () => {
    fc.assert(
      fc.property(scene, fc.boolean(), (shown, cutLast) => {
        const { events, response } = play(shown, cutLast);
        expect(foldEvents(events)).toEqual(response);
      }),
      { numRuns: 1000, seed: 20_260_424 },
    );
  });

  test("the response unfolds into a stream that obeys the rules and folds back to it", () => {
    fc.assert(
      fc.property(scene, fc.boolean(), (shown, cutLast) => {
        const { response } = play(shown, cutLast);
        const events = unfoldResponse(response);
        numberEvents(events, 0);
        expect(brokenRules(asWire(events))).toEqual([]);
        expect(foldEvents(events)).toEqual(response);
      }),
      { numRuns: 1000, seed: 20_260_424 },
    );
  });

  test("every citation stands where the stream said it does, inside the final text", () => {
    fc.assert(
      fc.property(scene, (shown) => {
        for (const item of play(shown, false).response.output) {
          if (item.type !== "message") continue;
          for (const part of item.content) {
            if (part.type !== "output_text") continue;
            for (const annotation of part.annotations) {
              if (annotation.type === "file_citation") expect(annotation.index).toBeLessThanOrEqual(part.text.length);
            }
          }
        }
      }),
      { numRuns: 500, seed: 20_260_424 },
    );
  });
});
