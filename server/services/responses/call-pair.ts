import { createHash } from "node:crypto";
import type { FunctionCallItem, FunctionCallOutputItem } from "#server/protocol/items";

const MAX_CALL_ID = 64;

/** A call that has ended, as a model is shown it that knows only functions. */
export interface CallShown {
  /** Of the item that stands for the call. */
  id: string;
  /** The function's. */
  name: string;
  /** JSON text. */
  arguments: string;
  output: FunctionCallOutputItem["output"];
}

/** The id under which a model is shown the call that an item stands for. */
export function callIdOf(itemId: string): string {
  if (itemId.length <= MAX_CALL_ID) return itemId;
  return `call_${createHash("sha256").update(itemId).digest("hex").slice(0, 32)}`;
}

/** The call of a function, with its result right after it. */
export function callPair({ id, output, ...called }: CallShown): [FunctionCallItem, FunctionCallOutputItem] {
  const common = { status: "completed", call_id: callIdOf(id) } as const;
  return [
    { type: "function_call", id, ...common, ...called },
    { type: "function_call_output", id: `${id}_result`, ...common, output },
  ];
}
