import { type CallLabels, readCallLabels } from "#server/protocol/call-labels";
import { type Annotation, AnnotationInput } from "#server/protocol/content";
import type { HeardItem } from "#server/providers/openai-responses/heard-item";
import { pack } from "#server/providers/openai-responses/sealed-reasoning";
import type { ModelEvent } from "#server/providers/provider";
import { type JsonObject, listOf, numberOf, objectOf, stringOf } from "#server/providers/shared/json";
import { toLogprobs } from "#server/providers/shared/logprobs";

/** A part of a message's content as it is when it is whole. */
interface PartOf {
  index: number;
  part: JsonObject;
}

/** An annotation as servers send it: some leave out a title, a name or a place. Null for one of no known kind. */
function readAnnotation(value: unknown, textLength: number): Annotation | null {
  const annotation = objectOf(value);
  const place = { index: textLength, start_index: textLength, end_index: textLength };
  const parsed = AnnotationInput.safeParse({ title: "", ...place, ...annotation });
  return parsed.success ? parsed.data : null;
}

/** Passes an annotation of a part on; one that is no annotation counts all the same. */
export function annotate(
  item: HeardItem,
  { index, value }: { index: number; value: unknown },
  events: ModelEvent[],
): void {
  item.noteAnnotation(index);
  const annotation = readAnnotation(value, item.said(`text ${index}`).length);
  if (annotation) events.push({ type: "annotation", annotation });
}

/** What is left of a text, each annotation right after the place it is about. */
function finishText(item: HeardItem, { index, part }: PartOf, events: ModelEvent[]): void {
  const name = `text ${index}`;
  item.openPart(index, "output_text", events);
  let rest = item.rest(name, part.text);
  let logprobs = item.said(name) === "" ? toLogprobs(part.logprobs) : [];
  const say = (length: number) => {
    if (length <= 0) return;
    const text = rest.slice(0, length);
    rest = rest.slice(length);
    item.note(name, text);
    events.push({ type: "text", text, ...(logprobs.length > 0 ? { logprobs } : {}) });
    logprobs = [];
  };
  for (const value of listOf(part.annotations).slice(item.annotationsOf(index))) {
    const annotation = objectOf(value);
    const at = numberOf(annotation?.index) ?? numberOf(annotation?.end_index) ?? Number.POSITIVE_INFINITY;
    say(Math.min(rest.length, at - item.said(name).length));
    annotate(item, { index, value }, events);
  }
  say(rest.length);
}

function finishRefusal(item: HeardItem, { index, part }: PartOf, events: ModelEvent[]): void {
  const name = `refusal ${index}`;
  item.openPart(index, "refusal", events);
  const text = item.rest(name, part.refusal);
  if (text === "") return;
  item.note(name, text);
  events.push({ type: "refusal", text });
}

/** Passes on what a finished part of a message says beyond what was heard of it. */
export function finishPart(item: HeardItem, { index, part }: PartOf, events: ModelEvent[]): void {
  if (part.type === "output_text") finishText(item, { index, part }, events);
  else if (part.type === "refusal") finishRefusal(item, { index, part }, events);
}

/** Passes on what a finished reasoning item says beyond what was heard of it. */
export function finishReasoning(
  item: HeardItem,
  { final, host }: { final: JsonObject; host: string },
  events: ModelEvent[],
): void {
  listOf(final.summary).forEach((entry, part) => {
    const text = item.rest(`summary ${part}`, objectOf(entry)?.text);
    item.note(`summary ${part}`, text);
    if (text !== "") events.push({ type: "reasoning_summary", text, part });
  });
  listOf(final.content).forEach((entry, part) => {
    const text = item.rest(`reasoning ${part}`, objectOf(entry)?.text);
    item.note(`reasoning ${part}`, text);
    if (text !== "") events.push({ type: "reasoning", text });
  });
  const content = stringOf(final.encrypted_content);
  if (content === null || content === item.encrypted) return;
  item.encrypted = content;
  events.push({ type: "reasoning_encrypted", ...pack({ host, id: item.id ?? item.key, content }) });
}

/** The labels that are told of a call here, unless some were told before. */
function newLabels(item: HeardItem, source: JsonObject): { labels?: CallLabels } {
  const labels = readCallLabels(source);
  if (item.labelled || Object.keys(labels).length === 0) return {};
  item.labelled = true;
  return { labels };
}

/** Announces a call once its name is known. */
export function announceCall(item: HeardItem, source: JsonObject, events: ModelEvent[]): void {
  const name = stringOf(source.name);
  if (item.announced || !name) return;
  item.learnCallId(source);
  item.announced = true;
  const custom = item.type === "custom_tool_call" ? { custom: true as const } : {};
  events.push({ type: "tool_call", callId: item.callId, name, ...custom, ...newLabels(item, source) });
  const early = item.said("early");
  if (early !== "") sayArguments(item, early, events);
}

/** Passes on a piece of what a call is made with; before the call has a name, it waits. */
export function sayArguments(item: HeardItem, delta: string, events: ModelEvent[]): void {
  if (!item.announced) {
    item.note("early", delta);
    return;
  }
  item.note("arguments", delta);
  events.push({ type: "tool_call_arguments", callId: item.callId, delta });
}

/** Passes on what a finished call says beyond what was heard of it. One that was cut off is not called whole. */
export function finishCall(item: HeardItem, final: JsonObject, events: ModelEvent[]): void {
  announceCall(item, final, events);
  if (!item.announced) return;
  const rest = item.rest("arguments", item.type === "custom_tool_call" ? final.input : final.arguments);
  if (rest !== "") sayArguments(item, rest, events);
  if (final.status === "incomplete") return;
  events.push({ type: "tool_call_done", callId: item.callId, ...newLabels(item, final) });
}
