import type { Item, Role } from "#server/protocol/items";

/** A message of one text; the text is the id when none is given. */
export function messageItem(id: string, role: Role, text = id): Item {
  const part =
    role === "assistant"
      ? { type: "output_text" as const, text, annotations: [], logprobs: [] }
      : { type: "input_text" as const, text };
  return { type: "message", id, status: "completed", role, content: [part] };
}

/** A call of a function, with `fc_` before the call's id. */
export function callItem(callId: string): Item {
  return {
    type: "function_call",
    id: `fc_${callId}`,
    status: "completed",
    call_id: callId,
    name: "f",
    arguments: "{}",
  };
}

/** What the function answered, with `fco_` before the call's id. */
export function outputItem(callId: string, output = "x"): Item {
  return { type: "function_call_output", id: `fco_${callId}`, status: "completed", call_id: callId, output };
}

/** Reasoning with a summary. */
export function reasoningItem(id: string): Item {
  return { type: "reasoning", id, status: "completed", summary: [{ type: "summary_text", text: "hm" }] };
}

/** The ids of items, in order. */
export const idsOf = (items: readonly Item[]): string[] => items.map((item) => item.id);
