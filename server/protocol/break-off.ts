import type { ResponseEvent } from "#server/protocol/events";
import { createFold } from "#server/protocol/fold";
import type { OutputItem } from "#server/protocol/items";
import type { ResponseResource } from "#server/protocol/response";
import { unfoldItem } from "#server/protocol/unfold";
import { asksClient, isVendorItem } from "#server/protocol/vendor-items";
import { failedWebSearch } from "#server/protocol/web-search-tools";

/** What is missing of a stream that broke off: the events that close what is open, and the response with all items closed. */
export interface BrokenOff {
  closing: ResponseEvent[];
  response: ResponseResource;
}

/**
 * Closes a stream that broke off after `events`: the newest item ends incomplete, hosted calls end failed. The terminal
 * event is the caller's to add. Throws an Error when there are no events.
 */
export function breakOff(events: Iterable<ResponseEvent>): BrokenOff {
  const fold = createFold();
  const open = new Map<number, Set<string>>();
  for (const event of events) {
    fold.add(event);
    if (event.type === "response.output_item.added") open.set(event.output_index, new Set());
    else if (event.type === "response.output_item.done") open.delete(event.output_index);
    else if ("output_index" in event) open.get(event.output_index)?.add(placeOf(event));
  }
  const response = fold.response();
  const output = [...response.output];
  const closing: ResponseEvent[] = [];
  for (const [index, said] of open) {
    const item = output[index];
    if (!item) continue;
    const closed = closedItem(item, index === output.length - 1);
    output[index] = closed;
    closing.push(...closingOf(closed, index, said));
  }
  return { closing, response: { ...response, output } };
}

/** What an event closes, if it closes something: its type and the part it belongs to. */
function placeOf(event: ResponseEvent): string {
  const part = "content_index" in event ? event.content_index : "summary_index" in event ? event.summary_index : "";
  return `${event.type} ${part}`;
}

function isStreamed(item: OutputItem): boolean {
  return ["message", "function_call", "custom_tool_call", "reasoning"].includes(item.type);
}

/** Calls that the client was to answer know no failure; that one is incomplete can only be said of the last item. */
function closedItem(item: OutputItem, isLast: boolean): OutputItem {
  if (item.type === "web_search_call") return failedWebSearch(item);
  const isCut = isStreamed(item) || (isLast && isVendorItem(item) && asksClient(item.type));
  return { ...item, status: isCut ? "incomplete" : "failed" } as OutputItem;
}

/** Events that a stream must not lack. The failure of an MCP call is told, too. */
const CLOSES = /(?<!mcp_call_arguments)\.done$|mcp_call\.(in_progress|failed)$/;

function closingOf(item: OutputItem, index: number, said: ReadonlySet<string>): ResponseEvent[] {
  const whole: ResponseEvent[] = [];
  if (isStreamed(item) || item.type === "mcp_call") unfoldItem(item, index, whole);
  const missing = whole.filter((event) => CLOSES.test(event.type) && !said.has(placeOf(event)));
  return [...missing, { type: "response.output_item.done", output_index: index, item }];
}
