import { AppError } from "#server/errors";
import type { Item } from "#server/protocol/items";

function refuse(message: string): AppError {
  return new AppError("invalid_request", message, { param: "input", wireCode: null });
}

/** True for a call that was broken off while its arguments were written: no model can be asked to go on from it. */
function isBrokenOff(item: Item): boolean {
  return item.type === "function_call" && item.status !== "completed";
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
    if (item.type === "function_call") {
      known.add(item.call_id);
      open.add(item.call_id);
    } else if (item.type === "function_call_output") {
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
