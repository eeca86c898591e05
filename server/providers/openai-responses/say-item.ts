import { announceCall, finishPart, sayArguments } from "#server/providers/openai-responses/finish-item";
import type { HeardItem } from "#server/providers/openai-responses/heard-item";
import type { ModelEvent } from "#server/providers/provider";
import { type JsonObject, objectOf } from "#server/providers/shared/json";

/** Which item an event without scaffolding must belong to. */
const OWNERS: Record<string, string> = {
  output_text: "message",
  refusal: "message",
  content_part: "message",
  reasoning_text: "reasoning",
  reasoning: "reasoning",
  reasoning_summary_text: "reasoning",
  reasoning_summary_part: "reasoning",
  function_call_arguments: "function_call",
  custom_tool_call_input: "custom_tool_call",
};

/** The type of item that `response.<what>.…` is about; undefined when it is about none that streams. */
export function ownerOf(what: string): string | undefined {
  return OWNERS[what];
}

/** One of an item's texts: `index` is that of its part. */
interface Place {
  item: HeardItem;
  index: number;
}

/** Passes on the next piece of one of an item's texts. */
export function sayDelta(what: string, { item, index, delta }: Place & { delta: string }, events: ModelEvent[]): void {
  if (delta === "") return;
  switch (what) {
    case "refusal":
      item.openPart(index, "refusal", events);
      item.note(`refusal ${index}`, delta);
      events.push({ type: "refusal", text: delta });
      return;
    case "reasoning_text":
    case "reasoning":
      item.note(`reasoning ${index}`, delta);
      events.push({ type: "reasoning", text: delta });
      return;
    case "reasoning_summary_text":
      item.note(`summary ${index}`, delta);
      events.push({ type: "reasoning_summary", text: delta, part: index });
      return;
    case "function_call_arguments":
    case "custom_tool_call_input":
      sayArguments(item, delta, events);
  }
}

/** Passes on what the end of one of an item's texts says beyond what was heard of it. */
export function settleText(
  what: string,
  { item, index, event }: Place & { event: JsonObject },
  events: ModelEvent[],
): void {
  switch (what) {
    case "output_text": {
      const { text, logprobs } = event;
      finishPart(item, { index, part: { type: "output_text", text, logprobs } }, events);
      return;
    }
    case "refusal":
      finishPart(item, { index, part: { type: "refusal", refusal: event.refusal } }, events);
      return;
    case "content_part":
      finishPart(item, { index, part: objectOf(event.part) ?? {} }, events);
      return;
    case "function_call_arguments":
    case "custom_tool_call_input": {
      announceCall(item, event, events);
      const rest = item.rest("arguments", event.arguments ?? event.input);
      if (rest !== "") sayArguments(item, rest, events);
    }
  }
}
