import { AppError } from "#server/errors";
import type { Item } from "#server/protocol/items";

function refuse(message: string): AppError {
  return new AppError("invalid_request", message, { param: "input", wireCode: null });
}

type Call = Extract<Item, { type: "function_call" | "custom_tool_call" }>;
type CallOutput = Extract<Item, { type: "function_call_output" | "custom_tool_call_output" }>;

/** True for a call that the client has to answer. */
export function isCall(item: Item): item is Call {
  return item.type === "function_call" || item.type === "custom_tool_call";
}

/** True for what a client answered to a call. */
export function isCallOutput(item: Item): item is CallOutput {
  return item.type === "function_call_output" || item.type === "custom_tool_call_output";
}

/** True for a call that was broken off while its arguments were written: no model can be asked to go on from it. */
function isBrokenOff(item: Item): boolean {
  return isCall(item) && item.status !== "completed";
}

/**
 * The items a model may be shown: function calls that were broken off are left out.
 * @throws AppError invalid_request for an output without its call before it, and for a call without an output
 */
export function pairCalls(items: readonly Item[]): Item[] {
  const open = new Set<string>();
  const known = new Set<string>();
  const whole = items.filter((item) => !isBrokenOff(item));
  for (const item of whole) {
    if (isCall(item)) {
      known.add(item.call_id);
      open.add(item.call_id);
    } else if (isCallOutput(item)) {
      if (!known.has(item.call_id)) {
        throw refuse(`No tool call found for function call output with call_id ${item.call_id}.`);
      }
      open.delete(item.call_id);
    }
  }
  const [unanswered] = open;
  if (unanswered !== undefined) throw refuse(`No tool output found for function call ${unanswered}.`);
  return whole;
}
