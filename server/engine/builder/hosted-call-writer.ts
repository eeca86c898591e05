import type { EventSink } from "#server/engine/builder/event-sink";
import { newId } from "#server/ids";
import type { ResponseEvent } from "#server/protocol/events";
import type { HostedCallStatus, OutputItem } from "#server/protocol/items";
import type { HostedCall } from "#server/tools/tool";

/** Writes a call of a tool that runs here. Several may be open together; their arguments come whole, or not at all. */
export class HostedCallWriter {
  readonly outputIndex: number;
  /** Of its item. */
  readonly id: string;
  readonly #sink: EventSink;
  readonly #call: HostedCall;
  #fields: Record<string, unknown>;
  #phase = 0;
  /** What of the arguments is shown. */
  #shown: string | null = null;
  /** What was told of the call while it ran. */
  readonly #told: ResponseEvent[] = [];
  #closed = false;

  constructor(sink: EventSink, outputIndex: number, call: HostedCall) {
    this.#sink = sink;
    this.outputIndex = outputIndex;
    this.#call = call;
    this.id = newId(call.idKind);
    this.#fields = call.initial;
    sink.push(this.#added());
    this.#announceNext();
  }

  /** The whole text of the call's arguments, before it begins. Told where the item shows it. */
  tellArguments(text: string): void {
    const { told } = this.#call;
    if (!told) return;
    this.#shown = told.textOf(text);
    this.#fields = { ...this.#fields, [told.field]: this.#shown };
    for (const event of this.#argumentsEvents()) this.#sink.push(event);
  }

  /** The call begins: the fields known from its arguments, and the statuses up to the running one. */
  start(fields: Record<string, unknown>): void {
    this.#fields = { ...this.#fields, ...fields };
    while (this.#phase < this.#call.phases.length) this.#announceNext();
  }

  /** Something of the running call. What comes after its end is told no more. */
  tell(name: string, fields: Record<string, unknown>): void {
    if (this.#closed) return;
    const event = { ...this.#phaseEvent(name), ...fields } as ResponseEvent;
    // A copy: events are numbered in place.
    this.#told.push({ ...event });
    this.#sink.push(event);
  }

  /** The call has ended; `fields` go over those of its beginning. */
  close(status: Exclude<HostedCallStatus, "in_progress" | "searching">, fields: Record<string, unknown>): OutputItem {
    this.#closed = true;
    this.#fields = { ...this.#fields, ...fields };
    if (status === "completed" || (status === "failed" && this.#call.tellsFailure)) this.#announce(status);
    const item = this.#item(status === "incomplete" && this.#call.endsWhole ? "failed" : status);
    this.#sink.push({ type: "response.output_item.done", output_index: this.outputIndex, item });
    return item;
  }

  /** Events that tell a newcomer how far the call has come, `output_item.added` first. */
  replay(): ResponseEvent[] {
    const [first, ...later] = this.#call.phases.slice(0, this.#phase).map((phase) => this.#phaseEvent(phase));
    const told = [...this.#argumentsEvents(), ...later, ...this.#told.map((event) => ({ ...event }))];
    return [this.#added(), ...(first ? [first] : []), ...told];
  }

  #added(): ResponseEvent {
    const item = { type: this.#call.itemType, id: this.id, status: "in_progress", ...this.#call.initial };
    return { type: "response.output_item.added", output_index: this.outputIndex, item: item as OutputItem };
  }

  #announceNext(): void {
    const phase = this.#call.phases[this.#phase];
    this.#phase += 1;
    if (phase !== undefined) this.#announce(phase);
  }

  #announce(phase: string): void {
    this.#sink.push(this.#phaseEvent(phase));
  }

  #phaseEvent(phase: string): ResponseEvent {
    const type = `response.${this.#call.itemType}.${phase}`;
    return { type, item_id: this.id, output_index: this.outputIndex } as ResponseEvent;
  }

  #argumentsEvents(): ResponseEvent[] {
    const { told } = this.#call;
    const text = this.#shown;
    if (!told || text === null) return [];
    const event = (step: string, fields: object) =>
      ({
        type: `response.${told.event}.${step}`,
        item_id: this.id,
        output_index: this.outputIndex,
        ...fields,
      }) as ResponseEvent;
    return [...(text === "" ? [] : [event("delta", { delta: text })]), event("done", { [told.field]: text })];
  }

  /** The tool vouches that its fields are those of its item type. */
  #item(status: HostedCallStatus): OutputItem {
    const fields = { ...this.#call.atEnd, ...this.#fields };
    return { type: this.#call.itemType, id: this.id, status, ...fields } as OutputItem;
  }
}
