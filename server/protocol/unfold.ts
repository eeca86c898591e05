import type { OutputTextPart, ReasoningTextPart, RefusalPart } from "#server/protocol/content";
import type { LifecycleEvent, ResponseEvent } from "#server/protocol/events";
import type { MessageItem, OutputItem, ReasoningItem } from "#server/protocol/items";
import type { ResponseResource } from "#server/protocol/response";
import { eventsOfVendorItem, isVendorItem, openingOfVendorItem } from "#server/protocol/vendor-items";

/**
 * A stream that would have led to the response: what a client sees that asks for a finished response as a stream.
 * Without a terminal event while the response has none.
 */
export function unfoldResponse(response: ResponseResource): ResponseEvent[] {
  const opening: ResponseResource = {
    ...response,
    status: "in_progress",
    completed_at: null,
    error: null,
    incomplete_details: null,
    output: [],
    usage: null,
  };
  const events: ResponseEvent[] = [
    { type: "response.created", response: opening },
    { type: "response.in_progress", response: opening },
  ];
  response.output.forEach((item, index) => {
    events.push(...eventsOfItem(item, index));
  });
  if (response.error) events.push(errorEventOf(response.error));
  const type = terminalTypeOf(response.status);
  if (type) events.push({ type, response });
  return events;
}

/** The event that ends the stream of a response with this status; null while it runs. Cancelled ones end incomplete. */
export function terminalTypeOf(status: ResponseResource["status"]): LifecycleEvent["type"] | null {
  switch (status) {
    case "completed":
    case "incomplete":
    case "failed":
      return `response.${status}`;
    case "cancelled":
      return "response.incomplete";
    default:
      return null;
  }
}

/** The item as it is when it is added: everything still empty. */
export function openingOf(item: OutputItem): OutputItem {
  if (isVendorItem(item)) return openingOfVendorItem(item);
  switch (item.type) {
    case "message":
      return { ...item, status: "in_progress", content: [] };
    case "function_call":
      return { ...item, status: "in_progress", arguments: "" };
    case "custom_tool_call":
      return { ...item, status: "in_progress", input: "" };
    case "reasoning":
      return { type: "reasoning", id: item.id, status: "in_progress", summary: [] };
    case "compaction":
      return { ...item, status: "in_progress", encrypted_content: "" };
    case "file_search_call":
      return { ...item, status: "in_progress", queries: [], results: null };
  }
}

function errorEventOf(error: { code: string; message: string }): ResponseEvent {
  const wire = { type: "server_error", code: error.code, message: error.message, param: null };
  return { type: "error", error: wire, code: wire.code, message: wire.message, param: null };
}

/** All events that would have led to a whole item, the two of `output_item` included. */
export function eventsOfItem(item: OutputItem, index: number): ResponseEvent[] {
  const events: ResponseEvent[] = [{ type: "response.output_item.added", output_index: index, item: openingOf(item) }];
  unfoldItem(item, index, events);
  events.push({ type: "response.output_item.done", output_index: index, item });
  return events;
}

/** Adds the events between the two of `output_item` that would have led to the item. */
export function unfoldItem(item: OutputItem, index: number, events: ResponseEvent[]): void {
  if (isVendorItem(item)) {
    events.push(...eventsOfVendorItem(item, index));
    return;
  }
  const at = { item_id: item.id, output_index: index };
  switch (item.type) {
    case "message":
      unfoldContent(item, index, events);
      return;
    case "reasoning":
      unfoldReasoning(item, index, events);
      return;
    case "function_call":
      if (item.arguments !== "") {
        events.push({ type: "response.function_call_arguments.delta", ...at, delta: item.arguments });
      }
      events.push({
        type: "response.function_call_arguments.done",
        ...at,
        name: item.name,
        arguments: item.arguments,
      });
      return;
    case "custom_tool_call":
      if (item.input !== "") events.push({ type: "response.custom_tool_call_input.delta", ...at, delta: item.input });
      events.push({ type: "response.custom_tool_call_input.done", ...at, input: item.input });
      return;
    case "file_search_call":
      events.push({ type: "response.file_search_call.in_progress", ...at });
      if (item.status === "in_progress") return;
      events.push({ type: "response.file_search_call.searching", ...at });
      if (item.status === "completed") events.push({ type: "response.file_search_call.completed", ...at });
  }
}

function unfoldContent(item: MessageItem, index: number, events: ResponseEvent[]): void {
  item.content.forEach((part, contentIndex) => {
    const at = { item_id: item.id, output_index: index, content_index: contentIndex };
    if (part.type === "output_text") unfoldText(part, at, events);
    else if (part.type === "refusal") unfoldRefusal(part, at, events);
  });
}

interface PartPlace {
  item_id: string;
  output_index: number;
  content_index: number;
}

function unfoldText(part: OutputTextPart, at: PartPlace, events: ResponseEvent[]): void {
  const empty: OutputTextPart = { type: "output_text", text: "", annotations: [], logprobs: [] };
  events.push({ type: "response.content_part.added", ...at, part: empty });
  let from = 0;
  let logprobs = part.logprobs;
  const say = (to: number) => {
    if (to <= from) return;
    events.push({ type: "response.output_text.delta", ...at, delta: part.text.slice(from, to), logprobs });
    logprobs = [];
    from = to;
  };
  part.annotations.forEach((annotation, annotationIndex) => {
    say("index" in annotation ? annotation.index : annotation.end_index);
    events.push({
      type: "response.output_text.annotation.added",
      ...at,
      annotation_index: annotationIndex,
      annotation,
    });
  });
  say(part.text.length);
  events.push({ type: "response.output_text.done", ...at, text: part.text, logprobs: part.logprobs });
  events.push({ type: "response.content_part.done", ...at, part });
}

function unfoldRefusal(part: RefusalPart, at: PartPlace, events: ResponseEvent[]): void {
  events.push({ type: "response.content_part.added", ...at, part: { type: "refusal", refusal: "" } });
  if (part.refusal !== "") events.push({ type: "response.refusal.delta", ...at, delta: part.refusal });
  events.push({ type: "response.refusal.done", ...at, refusal: part.refusal });
  events.push({ type: "response.content_part.done", ...at, part });
}

function unfoldReasoning(item: ReasoningItem, index: number, events: ResponseEvent[]): void {
  const at = { item_id: item.id, output_index: index };
  item.content?.forEach((part, contentIndex) => {
    unfoldRawReasoning(part, { ...at, content_index: contentIndex }, events);
  });
  item.summary.forEach((part, summaryIndex) => {
    const place = { ...at, summary_index: summaryIndex };
    const empty = { type: "summary_text" as const, text: "" };
    events.push({ type: "response.reasoning_summary_part.added", ...place, part: empty });
    if (part.text !== "") events.push({ type: "response.reasoning_summary_text.delta", ...place, delta: part.text });
    events.push({ type: "response.reasoning_summary_text.done", ...place, text: part.text });
    events.push({ type: "response.reasoning_summary_part.done", ...place, part });
  });
}

function unfoldRawReasoning(part: ReasoningTextPart, at: PartPlace, events: ResponseEvent[]): void {
  events.push({ type: "response.content_part.added", ...at, part: { type: "reasoning_text", text: "" } });
  if (part.text !== "") events.push({ type: "response.reasoning_text.delta", ...at, delta: part.text });
  events.push({ type: "response.reasoning_text.done", ...at, text: part.text });
  events.push({ type: "response.content_part.done", ...at, part });
}
