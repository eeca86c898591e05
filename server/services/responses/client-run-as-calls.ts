import { AppError } from "#server/errors";
import type { Item } from "#server/protocol/items";
import { isVendorItem, type VendorItem } from "#server/protocol/vendor-items";
import { pairCalls } from "#server/services/responses/pair-calls";
import { clientRunTools } from "#server/tools/registry";

type ToolName = keyof typeof clientRunTools;
const NAMES = Object.keys(clientRunTools) as ToolName[];
const CALLS: ReadonlySet<string> = new Set(NAMES.map((name) => clientRunTools[name].callType));
const ANSWERS: ReadonlySet<string> = new Set(NAMES.map((name) => clientRunTools[name].outputType));

/** True for a call of a tool that the client runs, and for what it answered. */
export function isClientRunItem({ type }: Item): boolean {
  return CALLS.has(type) || ANSWERS.has(type);
}

/** Which tool an item is of: of the two for computers, one is called with several actions. */
function toolOf(item: VendorItem): ToolName {
  if (item.type === "computer_call" && "action" in item && item.action != null) return "computer_use_preview";
  const name = NAMES.find((name) => {
    const { callType, outputType } = clientRunTools[name];
    return callType === item.type || outputType === item.type;
  });
  if (name === undefined) throw new Error(`No tool has items of the type ${item.type}.`);
  return name;
}

/** True for a search that a vendor made among the tools of a request: nothing for another model to read. */
function isOfVendor(item: VendorItem): boolean {
  return "execution" in item && item.execution === "server";
}

function asCall(item: VendorItem, callIds: Map<string, string>): Item[] {
  // What was broken off while it was written, no model can be asked to go on from.
  if (item.status === "in_progress" || item.status === "incomplete" || item.status === "failed") return [];
  const name = toolOf(item);
  const { callId: call_id, arguments: text } = clientRunTools[name].readCall(item);
  callIds.set(item.id, call_id);
  return [{ type: "function_call", id: item.id, status: "completed", call_id, name, arguments: text }];
}

function asAnswer(item: VendorItem, callIds: ReadonlyMap<string, string>): Item {
  const { callId, output } = clientRunTools[toolOf(item)].readAnswer(item);
  const call_id = callIds.get(callId) ?? callId;
  return { type: "function_call_output", id: item.id, status: "completed", call_id, output };
}

/**
 * The items as a model can read them that knows only functions: calls of tools that the client runs as calls of
 * functions, what it answered as their outputs.
 * @throws AppError invalid_value for an item that is none of its kind; invalid_request for an output without its call,
 *   and for a call without an output
 */
export function clientRunAsCalls(items: readonly Item[]): Item[] {
  if (!items.some(isClientRunItem)) return [...items];
  const callIds = new Map<string, string>();
  const read = items.flatMap((item): Item[] => {
    if (!isVendorItem(item) || !isClientRunItem(item)) return [item];
    if (isOfVendor(item)) return [];
    return CALLS.has(item.type) ? asCall(item, callIds) : [asAnswer(item, callIds)];
  });
  return pairCalls(read);
}

/** The raw definitions of the tools that the client has found, in the order in which it did. */
export function foundTools(items: readonly Item[]): unknown[] {
  return items.flatMap((item): unknown[] => {
    if (item.type !== "tool_search_output" || !("tools" in item)) return [];
    if (Array.isArray(item.tools)) return item.tools;
    throw new AppError("invalid_value", "The 'tools' of a tool_search_output must be an array.", { param: "input" });
  });
}
