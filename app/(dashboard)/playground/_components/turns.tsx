import type { ResponseStreamEvent } from "#server/protocol/events";
import type { FunctionCallItem, Item } from "#server/protocol/items";
import { type Json, record, text } from "#server/protocol/json-values";
import type { ResponseResource } from "#server/protocol/response";
import type { TurnInput } from "./request-settings";

export interface TimedEvent {
  event: ResponseStreamEvent;
  /** Milliseconds after the request was sent. */
  atMs: number;
}

/** A call that waits for approval. */
export interface AskedItem {
  id: string;
  serverLabel: string;
  tool: string;
  /** JSON text. */
  arguments: string;
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
  /** How long each item took that has ended, by its id. */
  durations: Record<string, number>;
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

/** Calls that wait for somebody's approval. */
export function pendingApprovals(turns: readonly Turn[]): AskedItem[] {
  const last = turns.at(-1);
  if (last?.state !== "done") return [];
  return (last.response?.output ?? []).flatMap((item) => {
    if (item.type !== "mcp_approval_request") return [];
    const fields = record(item);
    return [{ id: item.id, ...namesOf(fields), arguments: text(fields.arguments) }];
  });
}

function namesOf(fields: Json) {
  return { serverLabel: text(fields.server_label), tool: text(fields.name) };
}

/** What is known of how long items take: when each was added, and what those that are done took, in milliseconds. */
export class ItemClock {
  readonly #addedAt = new Map<string, number>();
  #durations: Record<string, number> = {};

  /** Takes note of an event. */
  see({ event, atMs }: TimedEvent): void {
    if (event.type === "response.output_item.added") this.#addedAt.set(event.item.id, atMs);
    if (event.type !== "response.output_item.done") return;
    const addedAt = this.#addedAt.get(event.item.id);
    if (addedAt !== undefined) this.#durations = { ...this.#durations, [event.item.id]: atMs - addedAt };
  }

  /** By the id of an item that has ended. The same object until another ends. */
  durations(): Record<string, number> {
    return this.#durations;
  }
}
