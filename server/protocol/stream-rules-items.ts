import { type Json, list, number, record, sameJson, text } from "#server/protocol/json-values";

/** What the checker knows of one item. */
export interface OpenItem {
  id: string;
  type: string;
  callId: unknown;
  /** True for items whose text or arguments arrive in deltas. */
  streams: boolean;
  /** Finished parts: of `content`, and of a reasoning's `summary`. */
  content: Json[];
  summary: Json[];
  part: OpenPart | null;
  arguments: string;
  argumentsDone: string | null;
  phases: string[];
  /** The item of its output_item.done. */
  done: Json | null;
}

interface OpenPart {
  kind: "content" | "summary";
  type: string;
  said: string;
  /** The text of its text.done or refusal.done event. */
  finalText: string | null;
  annotations: unknown[];
}

interface Reporter {
  fault: (message: string) => void;
  lenient: boolean;
}

const STREAMING = ["message", "function_call", "reasoning", "custom_tool_call"];
const TERMINAL_STATUS = ["completed", "incomplete", "failed", "calling", undefined];

/** The name without the prefix of the strict dialect, which has one of its own for calls of this server's own tools. */
function withoutPrefix(name: string): string {
  if (!name.startsWith("rejoinder:")) return name.replace(/^openai:/, "");
  return name.replace(/^rejoinder:((?:response\.)?)tool_call/, "$1mcp_call");
}

/** The item's type without the prefix of the strict dialect. */
function bareType({ type }: OpenItem): string {
  return withoutPrefix(type);
}

export function openItem(item: Json): OpenItem {
  const type = text(item.type);
  return {
    id: text(item.id),
    type,
    callId: item.call_id,
    streams: STREAMING.includes(withoutPrefix(type)),
    content: [],
    summary: [],
    part: null,
    arguments: "",
    argumentsDone: null,
    phases: [],
    done: null,
  };
}

type ItemEvent = Json & { type: string };
type Handler = (item: OpenItem, event: ItemEvent, reporter: Reporter) => void;

const HANDLERS: Record<string, Handler> = {
  "content_part.added": (item, event, reporter) => beginPart(item, { kind: "content", event, reporter }),
  "reasoning_summary_part.added": (item, event, reporter) => beginPart(item, { kind: "summary", event, reporter }),
  "content_part.done": (item, event, reporter) => endPart(item, { kind: "content", event, reporter }),
  "reasoning_summary_part.done": (item, event, reporter) => endPart(item, { kind: "summary", event, reporter }),
  "output_text.delta": say,
  "refusal.delta": say,
  "reasoning_text.delta": say,
  "reasoning.delta": say,
  "reasoning_summary_text.delta": say,
  "output_text.done": endText,
  "refusal.done": endText,
  "reasoning_text.done": endText,
  "reasoning.done": endText,
  "reasoning_summary_text.done": endText,
  "output_text.annotation.added": annotate,
  "function_call_arguments.delta": sayArguments,
  "function_call_arguments.done": endArguments,
  "custom_tool_call_input.delta": sayArguments,
  "custom_tool_call_input.done": endArguments,
  "output_item.done": (item, event, reporter) => endItem(item, record(event.item), reporter),
};

/** Holds one event against what is known of its item, and takes note of it. */
export function applyItemEvent(item: OpenItem, event: ItemEvent, reporter: Reporter): void {
  const type = withoutPrefix(event.type).replace(/^response\./, "");
  const handler = HANDLERS[type];
  if (handler) handler(item, event, reporter);
  else phase(item, type, reporter);
}

function sayArguments(item: OpenItem, event: ItemEvent, reporter: Reporter): void {
  item.arguments += text(event.delta);
  if (item.argumentsDone !== null) reporter.fault("arguments after they were done");
}

function endArguments(item: OpenItem, event: ItemEvent, reporter: Reporter): void {
  item.argumentsDone = text(event.arguments ?? event.input);
  if (item.argumentsDone !== item.arguments) reporter.fault("arguments differ from their deltas");
}

interface PartEvent {
  kind: "content" | "summary";
  event: Json;
  reporter: Reporter;
}

function indexOf(kind: "content" | "summary", event: Json): number {
  return number(kind === "content" ? event.content_index : event.summary_index);
}

function beginPart(item: OpenItem, { kind, event, reporter }: PartEvent): void {
  const part = record(event.part);
  const type = text(part.type);
  if (item.part) reporter.fault("another part is open");
  if (indexOf(kind, event) !== item[kind].length) reporter.fault(`the index is not ${item[kind].length}`);
  if ((type === "reasoning_text" || kind === "summary") !== (item.type === "reasoning")) {
    reporter.fault(`a ${type} part in a ${item.type} item`);
  }
  if (type === "output_text" && list(part.annotations).length > 0) reporter.fault("is added with annotations");
  item.part = { kind, type, said: "", finalText: null, annotations: [] };
}

function partOf(item: OpenItem, event: Json, reporter: Reporter): OpenPart | null {
  const part = item.part;
  if (!part) {
    reporter.fault("no part is open");
    return null;
  }
  if (indexOf(part.kind, event) !== item[part.kind].length) reporter.fault("is for another part than the open one");
  return part;
}

function say(item: OpenItem, event: Json & { type: string }, reporter: Reporter): void {
  const part = partOf(item, event, reporter);
  if (!part) return;
  if (typeof event.delta !== "string" || (!reporter.lenient && event.delta === "")) reporter.fault("an empty delta");
  if (part.finalText !== null) reporter.fault("after the text was done");
  if (event.type === "response.output_text.delta" && !Array.isArray(event.logprobs) && !reporter.lenient) {
    reporter.fault("without logprobs");
  }
  part.said += text(event.delta);
}

function endText(item: OpenItem, event: Json, reporter: Reporter): void {
  const part = partOf(item, event, reporter);
  if (!part) return;
  part.finalText = text(event.text ?? event.refusal);
  if (part.finalText !== part.said) reporter.fault("the text differs from its deltas");
}

function annotate(item: OpenItem, event: Json, reporter: Reporter): void {
  const part = partOf(item, event, reporter);
  if (!part) return;
  const annotation = record(event.annotation);
  if (number(event.annotation_index) !== part.annotations.length) reporter.fault("annotation_index is not next");
  const at = number(annotation.index ?? annotation.end_index);
  // A file's citation stands where it is announced; a span that is cited must have been said.
  const fits = annotation.type === "file_citation" ? at === part.said.length : at <= part.said.length;
  if (!reporter.lenient && !fits) reporter.fault(`stands at ${at}, but ${part.said.length} characters were said`);
  part.annotations.push(event.annotation);
}

function endPart(item: OpenItem, { kind, event, reporter }: PartEvent): void {
  const open = partOf(item, event, reporter);
  if (!open) return;
  const part = record(event.part);
  if (open.finalText === null) reporter.fault("before its text was done");
  if (text(part.text ?? part.refusal) !== open.said) reporter.fault("the part's text differs from its deltas");
  if (part.type === "output_text" && !sameJson(part.annotations, open.annotations)) {
    reporter.fault("the part's annotations differ from the announced ones");
  }
  item[kind].push(part);
  item.part = null;
}

function endItem(item: OpenItem, done: Json, reporter: Reporter): void {
  if (item.part) reporter.fault("a part is still open");
  if (done.id !== item.id || done.type !== item.type) reporter.fault("is not the item that was added");
  if (done.call_id !== item.callId) reporter.fault("call_id changed");
  if (!TERMINAL_STATUS.includes(done.status as string | undefined)) reporter.fault(`ends as ${String(done.status)}`);
  const content = item.type === "message" || item.content.length > 0 ? item.content : (done.content ?? item.content);
  if (item.streams && !sameJson(list(done.content), content)) reporter.fault("content differs from its parts");
  if (item.type === "reasoning" && !sameJson(done.summary, item.summary)) {
    reporter.fault("summary differs from its parts");
  }
  checkArguments(item, done, reporter);
  if (done.status === "completed" && item.phases.length > 0 && item.phases.at(-1) !== "completed") {
    reporter.fault(`is completed after ${String(item.phases.at(-1))}`);
  }
  item.done = done;
}

function checkArguments(item: OpenItem, done: Json, { fault, lenient }: Reporter): void {
  if (item.type !== "function_call" && bareType(item) !== "custom_tool_call") return;
  if (text(done.arguments ?? done.input) !== item.arguments) fault("arguments differ from their deltas");
  if (item.argumentsDone === null && !lenient) fault("arguments were never done");
}

/** Status events of hosted calls come in their order, each once. */
function phase(item: OpenItem, type: string, reporter: Reporter): void {
  const [owner, name] = [type.slice(0, type.lastIndexOf(".")), type.slice(type.lastIndexOf(".") + 1)];
  const bare = bareType(item);
  if (!owner.startsWith(bare)) {
    reporter.fault(`is not known, or not for a ${item.type} item`);
    return;
  }
  if (owner !== bare || reporter.lenient) return;
  // Of pictures of an image on its way there may be several.
  if (name === "partial_image") return;
  if (item.phases.includes(name)) reporter.fault("comes twice");
  if (item.phases.length === 0 && name !== "in_progress") reporter.fault("before in_progress");
  item.phases.push(name);
}
