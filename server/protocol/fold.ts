import type { OutputTextPart, ReasoningTextPart, RefusalPart, SummaryTextPart } from "#server/protocol/content";
import type { CustomToolCallItem } from "#server/protocol/custom-tool-items";
import type { ResponseEvent } from "#server/protocol/events";
import type { FunctionCallItem, MessageItem, OutputItem, ReasoningItem } from "#server/protocol/items";
import type { ResponseResource } from "#server/protocol/response";

type OpenPart = OutputTextPart | RefusalPart | ReasoningTextPart | SummaryTextPart;

/** One item on its way: the pieces of its newest part are joined only when somebody looks. */
interface OpenItem {
  item: OutputItem;
  part: OpenPart | FunctionCallItem | CustomToolCallItem | null;
  pieces: string[];
}

/** What the events so far amount to. */
export interface ResponseFold {
  add(event: ResponseEvent): void;
  /** The response as of now. Finished items are the events' own objects. Throws an Error before the first event. */
  response(): ResponseResource;
}

/** A fold over a stream's events, which must come in order. The events are not changed. */
export function createFold(): ResponseFold {
  const open = new Map<number, OpenItem>();
  const output: OutputItem[] = [];
  let latest: ResponseResource | null = null;
  return {
    add(event) {
      if ("response" in event) latest = event.response;
      else if (event.type === "response.output_item.added") {
        const item = structuredClone(event.item);
        output[event.output_index] = item;
        open.set(event.output_index, { item, part: null, pieces: [] });
      } else if (event.type === "response.output_item.done") {
        output[event.output_index] = event.item;
        open.delete(event.output_index);
      } else if ("output_index" in event) {
        const target = open.get(event.output_index);
        if (target) foldIntoItem(target, event);
      }
    },
    response() {
      if (!latest) throw new Error("No event has been folded yet.");
      for (const entry of open.values()) join(entry);
      return { ...latest, output: open.size === 0 ? output : output.map((item) => structuredClone(item)) };
    },
  };
}

/** The response that a stream's events amount to. Throws an Error when there are none. */
export function foldEvents(events: Iterable<ResponseEvent>): ResponseResource {
  const fold = createFold();
  for (const event of events) fold.add(event);
  return fold.response();
}

function foldIntoItem(target: OpenItem, event: ResponseEvent): void {
  switch (event.type) {
    case "response.output_text.delta":
    case "response.refusal.delta":
    case "response.reasoning_text.delta":
    case "response.reasoning_summary_text.delta":
      target.pieces.push(event.delta);
      if (event.type === "response.output_text.delta" && target.part?.type === "output_text") {
        target.part.logprobs.push(...(event.logprobs ?? []));
      }
      return;
    case "response.function_call_arguments.delta":
      if (target.item.type === "function_call") target.part = target.item;
      target.pieces.push(event.delta);
      return;
    case "response.custom_tool_call_input.delta":
      if (target.item.type === "custom_tool_call") target.part = target.item;
      target.pieces.push(event.delta);
      return;
    case "response.content_part.added":
      begin(target, addPart(target.item, event));
      return;
    case "response.reasoning_summary_part.added": {
      const part = { ...event.part };
      if (target.item.type === "reasoning") target.item.summary[event.summary_index] = part;
      begin(target, part);
      return;
    }
    case "response.output_text.annotation.added":
      if (target.part?.type === "output_text") target.part.annotations[event.annotation_index] = event.annotation;
      return;
    case "response.mcp_call_arguments.done":
      // They come whole, so their deltas need not be gathered.
      if (target.item.type === "mcp_call") Object.assign(target.item, { arguments: event.arguments ?? "" });
      return;
    case "response.file_search_call.searching":
      if (target.item.type === "file_search_call") target.item.status = "searching";
  }
}

function addPart(item: OutputItem, event: Extract<ResponseEvent, { content_index: number }>): OpenPart | null {
  if (event.type !== "response.content_part.added") return null;
  const part = structuredClone(event.part);
  const place = event.content_index;
  if (item.type === "message" && part.type !== "reasoning_text") putPart(item, place, part);
  if (item.type === "reasoning" && part.type === "reasoning_text") putReasoning(item, place, part);
  return part;
}

function putPart(item: MessageItem, place: number, part: OutputTextPart | RefusalPart): void {
  item.content[place] = part;
}

function putReasoning(item: ReasoningItem, place: number, part: ReasoningTextPart): void {
  item.content ??= [];
  item.content[place] = part;
}

function begin(target: OpenItem, part: OpenPart | null): void {
  join(target);
  target.part = part;
}

function join(target: OpenItem): void {
  if (target.pieces.length === 0) return;
  const text = target.pieces.join("");
  target.pieces = [];
  const part = target.part;
  if (!part) return;
  if (part.type === "refusal") part.refusal += text;
  else if (part.type === "function_call") part.arguments += text;
  else if (part.type === "custom_tool_call") part.input += text;
  else part.text += text;
}
