import type { EventRun } from "#components/trace/events-table";
import type { Item, OutputItem } from "#server/protocol/items";

/** What a trace keeps of its content, as far as it is understood here. */
export interface TraceContent {
  request: unknown;
  input: Item[];
  output: OutputItem[];
  response: Record<string, unknown> | null;
  events: EventRun[];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isItem(value: unknown): value is Item {
  if (!isObject(value)) return false;
  if (value.type === "message") return Array.isArray(value.content);
  if (value.type === "reasoning") return Array.isArray(value.summary);
  if (value.type === "file_search_call") return Array.isArray(value.queries);
  return typeof value.type === "string";
}

/** What only a caller sends. */
const INPUT_ONLY = new Set<Item["type"]>(["function_call_output", "custom_tool_call_output"]);

function isOutput(value: unknown): value is OutputItem {
  return isItem(value) && !INPUT_ONLY.has(value.type);
}

function isEventRun(value: unknown): value is EventRun {
  return isObject(value) && typeof value.type === "string" && typeof value.firstMs === "number";
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Reads stored content; what is not of the expected shape is left out (shortened payloads, older versions). */
export function readContent(content: Record<string, unknown> | null): TraceContent {
  return {
    request: content?.request ?? null,
    input: list(content?.input).filter(isItem),
    output: list(content?.output).filter(isOutput),
    response: isObject(content?.response) ? content.response : null,
    events: list(content?.events).filter(isEventRun),
  };
}
