import { expect } from "vitest";
import type { CallPolicy, Turn } from "#server/engine/builder/turn-call";
import { ResponseBuilder } from "#server/engine/response-builder";
import { numberEvents, type ResponseEvent } from "#server/protocol/events";
import { parseCreateResponse } from "#server/protocol/request";
import { openResponse } from "#server/protocol/response";
import { brokenRules } from "#server/protocol/stream-rules";
import type { ModelEvent } from "#server/providers/provider";
import { asWire } from "#tests/support/run-engine";

/** A hosted call as file_search makes it. */
export const SEARCH = {
  itemType: "file_search_call",
  idKind: "fileSearchCall",
  phases: ["in_progress", "searching"],
  initial: { queries: [], results: null },
} as const;

/** `search*` runs here, `refuse*` is refused, `ignore*` never happened, the rest is the client's, `custom*` as text. */
const policy: CallPolicy = {
  admit(name) {
    if (name.startsWith("search")) return { kind: "hosted", call: SEARCH };
    if (name.startsWith("refuse")) return { kind: "refused", reason: "no" };
    if (name.startsWith("custom")) return { kind: "custom" };
    return name.startsWith("ignore") ? { kind: "ignored" } : { kind: "function" };
  },
};

export interface Options {
  cut?: boolean;
  reasoningAsSummary?: boolean;
  logprobs?: boolean;
  usedCallIds?: string[];
}

/** One turn through the builder, to a completed or incomplete response. */
export function build(
  events: ModelEvent[],
  options: Options = {},
): { events: ResponseEvent[]; turn: Turn; said: string[] } {
  const request = parseCreateResponse({ input: "hi" });
  const builder = new ResponseBuilder({
    response: openResponse({ id: "resp_1", createdAt: 1, model: "m", request }),
    reasoningAsSummary: options.reasoningAsSummary ?? false,
    logprobs: options.logprobs ?? false,
    sealReasoning: (plain) => plain,
    usedCallIds: options.usedCallIds ?? [],
  });
  builder.open();
  builder.beginTurn(policy);
  builder.apply(events);
  const turn = builder.endTurn(options.cut ?? false);
  for (const call of turn.calls) builder.finishCall(call, { status: "completed", fields: {} });
  builder.end(options.cut ? { status: "incomplete", reason: "max_output_tokens" } : { status: "completed", at: 2 });
  const all = builder.take();
  numberEvents(all, 0);
  return { events: all, turn, said: all.map(shortened) };
}

/** `output_text.delta 0.1 "x"`: the event, where it belongs, and what it says. */
function shortened(event: ResponseEvent): string {
  const place = "output_index" in event ? ` ${event.output_index}` : "";
  const part =
    "content_index" in event ? `.${event.content_index}` : "summary_index" in event ? `.s${event.summary_index}` : "";
  const said = "delta" in event ? ` ${JSON.stringify(event.delta)}` : "";
  const item = event.type.startsWith("response.output_item") && "item" in event ? ` ${event.item.type}` : "";
  const status = event.type === "response.output_item.done" ? ` ${event.item.status}` : "";
  return `${event.type.replace("response.", "")}${place}${part}${item}${status}${said}`;
}

export const text = (value: string): ModelEvent => ({ type: "text", text: value });
export const call = (callId: string, name: string): ModelEvent => ({ type: "tool_call", callId, name });
export const args = (callId: string, delta: string): ModelEvent => ({ type: "tool_call_arguments", callId, delta });
export const done = (callId: string): ModelEvent => ({ type: "tool_call_done", callId });
/** What a turn says, and the events it must come to. */
export interface Transition {
  name: string;
  events: ModelEvent[];
  options?: Options;
  /** Between the two opening events and the terminal one. */
  expected: string[];
}

/** Plays the transition and holds its stream against what is expected and against the order rules. */
export function expectTransition({ events, options, expected }: Transition): void {
  const built = build(events, options);
  expect(built.said.slice(2, -1)).toEqual(expected);
  expect(built.said.slice(0, 2)).toEqual(["created", "in_progress"]);
  expect(built.said.at(-1)).toBe(options?.cut ? "incomplete" : "completed");
  expect(brokenRules(asWire(built.events))).toEqual([]);
}
