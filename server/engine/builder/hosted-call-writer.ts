import type { EventSink } from "#server/engine/builder/event-sink";
import { newId } from "#server/ids";
import type { HostedCallEvent, ResponseEvent } from "#server/protocol/events";
import type { HostedCallItem, HostedCallStatus } from "#server/protocol/items";
import type { HostedCall } from "#server/tools/tool";

/** Writes a call of a tool that runs here. Several may be open together; their arguments are not streamed. */
export class HostedCallWriter {
  readonly outputIndex: number;
  readonly #id: string;
  readonly #sink: EventSink;
  readonly #call: HostedCall;
  #fields: Record<string, unknown>;
  #phase = 0;

  constructor(sink: EventSink, outputIndex: number, call: HostedCall) {
    this.#sink = sink;
    this.outputIndex = outputIndex;
    this.#call = call;
    this.#id = newId(call.idKind);
    this.#fields = call.initial;
    sink.push(this.#added());
    this.#announceNext();
  }

  /** The call begins: the fields known from its arguments, and the statuses up to the running one. */
  start(fields: Record<string, unknown>): void {
    this.#fields = { ...this.#fields, ...fields };
    while (this.#phase < this.#call.phases.length) this.#announceNext();
  }

  /** The call has ended; `fields` go over those of its beginning. */
  close(
    status: Exclude<HostedCallStatus, "in_progress" | "searching">,
    fields: Record<string, unknown>,
  ): HostedCallItem {
    this.#fields = { ...this.#fields, ...fields };
    if (status === "completed") this.#announce("completed");
    const item = this.#item(status);
    this.#sink.push({ type: "response.output_item.done", output_index: this.outputIndex, item });
    return item;
  }

  /** Events that tell a newcomer how far the call has come, `output_item.added` first. */
  replay(): ResponseEvent[] {
    return [this.#added(), ...this.#call.phases.slice(0, this.#phase).map((phase) => this.#phaseEvent(phase))];
  }

  #added(): ResponseEvent {
    const item = { type: this.#call.itemType, id: this.#id, status: "in_progress", ...this.#call.initial };
    return { type: "response.output_item.added", output_index: this.outputIndex, item: item as HostedCallItem };
  }

  #announceNext(): void {
    const phase = this.#call.phases[this.#phase];
    this.#phase += 1;
    if (phase !== undefined) this.#announce(phase);
  }

  #announce(phase: string): void {
    this.#sink.push(this.#phaseEvent(phase));
  }

  #phaseEvent(phase: string): HostedCallEvent {
    const type = `response.${this.#call.itemType}.${phase}` as HostedCallEvent["type"];
    return { type, item_id: this.#id, output_index: this.outputIndex };
  }

  /** The tool vouches that its fields are those of its item type. */
  #item(status: HostedCallStatus): HostedCallItem {
    return { type: this.#call.itemType, id: this.#id, status, ...this.#fields } as HostedCallItem;
  }
}
