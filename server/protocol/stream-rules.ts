import { isRecord, type Json, list, number, record, sameJson, text } from "#server/protocol/json-values";
import { applyItemEvent, type OpenItem, openItem } from "#server/protocol/stream-rules-items";

/** An event as it came over the wire, in either dialect. */
export type WireEvent = Json & { type: string };

export interface StreamRuleOptions {
  /** Other servers' recordings: sequence numbers, snapshots or hosted items may lack what ours must have. */
  lenient?: boolean;
}

const OPENING = ["response.created", "response.queued", "response.in_progress"];
const TERMINAL = ["response.completed", "response.incomplete", "response.failed"];

/**
 * Every rule that a stream breaks, in words; empty for a good one. The rules are the order of Open Responses and what
 * openai-node's accumulator insists on: one created first, one terminal event last, dense output indexes, scaffolding
 * before deltas, deltas only for the newest item, done events that repeat what the deltas said, a terminal response
 * that holds exactly the finished items.
 */
export function brokenRules(events: readonly WireEvent[], options: StreamRuleOptions = {}): string[] {
  const check = new StreamCheck(options);
  for (const event of events) check.take(event);
  check.finish();
  return check.faults;
}

/** Holds a stream against the rules while it comes. */
export class StreamCheck {
  /** What was found so far. */
  readonly faults: string[] = [];
  readonly #options: StreamRuleOptions;
  readonly #items: OpenItem[] = [];
  readonly #ids = new Set<string>();
  #responseId: string | null = null;
  #terminals = 0;
  #count = 0;
  #errorAt: number | null = null;

  constructor(options: StreamRuleOptions = {}) {
    this.#options = options;
  }

  /** The next event. */
  take(event: WireEvent): void {
    const index = this.#count++;
    const fault = (message: string) => void this.faults.push(`#${index} ${event.type}: ${message}`);
    if (!this.#options.lenient && event.sequence_number !== index) {
      fault(`sequence_number is ${String(event.sequence_number)}`);
    }
    if (index === 0 && event.type !== "response.created") fault("the first event is not response.created");
    if (index > 0 && event.type === "response.created") fault("a second response.created");
    if (index === 1 && !["response.in_progress", "response.queued"].includes(event.type)) fault("is second");
    if (this.#terminals > 0) fault("after the terminal event");
    if (this.#errorAt !== null && event.type !== "response.failed") fault("an error is followed by something else");
    if (OPENING.includes(event.type) || TERMINAL.includes(event.type)) this.#lifecycle(event, fault);
    else if (event.type === "error") this.#error(event, index, fault);
    else if (event.type === "response.output_item.added") this.#added(event, fault);
    else this.#ofItem(event, fault);
  }

  /** No more events come. */
  finish(): void {
    if (this.#terminals !== 1) this.faults.push(`${this.#terminals} terminal events`);
  }

  #lifecycle(event: WireEvent, fault: (message: string) => void): void {
    const response = record(event.response);
    this.#responseId ??= text(response.id);
    if (response.id !== this.#responseId) fault(`response id changed to ${String(response.id)}`);
    if (OPENING.includes(event.type)) {
      if (this.#items.length > 0) fault("after an item was added");
      if (list(response.output).length > 0) fault("output is not empty");
      return;
    }
    this.#terminals += 1;
    this.#checkFinal(response, fault);
    const status = text(response.status);
    const expected = event.type.slice("response.".length);
    if (status !== expected && !(status === "cancelled" && expected === "incomplete")) fault(`status is ${status}`);
    if (event.type === "response.failed" && !isRecord(response.error)) fault("carries no error");
    if (event.type === "response.completed" && !isRecord(response.usage)) fault("carries no usage");
  }

  #checkFinal(response: Json, fault: (message: string) => void): void {
    const output = list(response.output).map(record);
    if (output.length !== this.#items.length)
      fault(`output has ${output.length} items, ${this.#items.length} were added`);
    this.#items.forEach((item, index) => {
      if (item.done === null) {
        fault(`item ${index} was never done`);
      } else if (!sameJson(item.done, output[index])) {
        fault(`output[${index}] differs from its output_item.done`);
      }
      const cut = item.done?.status === "incomplete";
      if (cut && index !== this.#items.length - 1) fault(`item ${index} is incomplete but not the last`);
      if (cut && response.status === "completed") fault(`item ${index} is incomplete in a completed response`);
    });
  }

  #error(event: WireEvent, index: number, fault: (message: string) => void): void {
    this.#errorAt = index;
    const nested = record(event.error);
    for (const key of ["message", "type"]) if (typeof nested[key] !== "string") fault(`error.${key} is missing`);
    for (const key of ["code", "param"]) if (!(key in nested)) fault(`error.${key} is missing`);
  }

  #added(event: WireEvent, fault: (message: string) => void): void {
    const item = record(event.item);
    const id = text(item.id);
    if (number(event.output_index) !== this.#items.length)
      fault(`output_index ${String(event.output_index)} is not next`);
    if (id === "") fault("the item has no id");
    if (this.#ids.has(id)) fault(`the id ${id} was used before`);
    this.#ids.add(id);
    if (item.status !== undefined && item.status !== "in_progress")
      fault(`is added with status ${String(item.status)}`);
    for (const before of this.#items) if (before.streams && before.done === null) fault("while another item streams");
    this.#items.push(openItem(item));
  }

  #ofItem(event: WireEvent, fault: (message: string) => void): void {
    const index = number(event.output_index);
    const item = this.#items[index];
    if (!item) {
      fault(`no item was added at ${index}`);
      return;
    }
    if (item.done !== null) fault("after the item was done");
    if (event.type !== "response.output_item.done" && event.item_id !== item.id) {
      fault(`item_id is ${String(event.item_id)}, not ${item.id}`);
    }
    if (item.streams && event.type.endsWith(".delta") && index !== this.#items.length - 1)
      fault("a delta for an item that is not the newest");
    applyItemEvent(item, event, { fault, lenient: this.#options.lenient ?? false });
  }
}
