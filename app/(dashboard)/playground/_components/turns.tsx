import type { ResponseStreamEvent } from "#server/protocol/events";
import type { FunctionCallItem, Item } from "#server/protocol/items";
import type { ResponseResource } from "#server/protocol/response";
import type { TurnInput } from "./request-settings";

export interface TimedEvent {
  event: ResponseStreamEvent;
  /** Milliseconds after the request was sent. */
  atMs: number;
}

/** One question and what became of it. */
export interface Turn {
  id: string;
  request: Record<string, unknown>;
  input: TurnInput;
  state: "running" | "done" | "stopped" | "failed";
  /** The answer as far as it has come. */
  response: ResponseResource | null;
  events: TimedEvent[];
  firstTextMs: number | null;
  durationMs: number | null;
  /** Why it failed, in words. */
  failure: string | null;
}

/** The response that the next turn may follow: of the last turn that ended well and was stored. */
export function lastResponseId(turns: readonly Turn[]): string | null {
  const last = turns.findLast((turn) => turn.state === "done" && turn.response?.store);
  return last?.response?.id ?? null;
}

/** Every item so far, of turns that ended well. */
export function historyOf(turns: readonly Turn[]): Item[] {
  return turns
    .filter((turn) => turn.state === "done")
    .flatMap((turn) => [...inputItems(turn), ...(turn.response?.output ?? [])]);
}

/** A turn's input as items, for showing it and for sending it again. */
export function inputItems(turn: Turn): Item[] {
  if (typeof turn.input !== "string") return turn.input.filter(isItem);
  return [
    {
      type: "message",
      id: `${turn.id}-input`,
      status: "completed",
      role: "user",
      content: [{ type: "input_text", text: turn.input }],
    },
  ];
}

function isItem(value: unknown): value is Item {
  return typeof value === "object" && value !== null && "type" in value;
}

/** Calls of the caller's own functions that wait for a result. */
export function pendingCalls(turns: readonly Turn[]): FunctionCallItem[] {
  const last = turns.at(-1);
  if (last?.state !== "done") return [];
  return (last.response?.output ?? []).filter((item) => item.type === "function_call");
}
