import type { EventSink } from "#server/engine/builder/event-sink";
import type { OutputItems } from "#server/engine/builder/output-items";
import { VendorItemWriter } from "#server/engine/builder/vendor-item-writer";
import { asksClient } from "#server/protocol/vendor-items";
import type { ModelEvent } from "#server/providers/provider";

type VendorItemEvent = Extract<ModelEvent, { type: "vendor_item" }>;

/** The items of one turn that a tool of the vendor's brings. */
export class VendorItems {
  /** Types of those that the client has to answer. */
  readonly ofClient: string[] = [];
  readonly #sink: EventSink;
  readonly #items: OutputItems;
  readonly #writers = new Map<string, VendorItemWriter>();

  constructor(sink: EventSink, items: OutputItems) {
    this.#sink = sink;
    this.#items = items;
  }

  /** An item begins or ends. One that ends without having begun begins first; one that is over is left alone. */
  take({ key, item, stage, fields }: VendorItemEvent): void {
    const writer = this.#writers.get(key) ?? this.#begin(key, item, fields);
    if (stage === "done" && !writer.closed) this.#items.finish(writer.outputIndex, writer.close(fields));
  }

  event({ key, event, fields }: Extract<ModelEvent, { type: "vendor_event" }>): void {
    const writer = this.#writers.get(key);
    if (writer && !writer.closed) writer.event(event, fields);
  }

  writers(): VendorItemWriter[] {
    return [...this.#writers.values()];
  }

  /** The vendor says no more: what is still open has failed. */
  end(): void {
    for (const writer of this.#writers.values()) {
      if (!writer.closed) this.#items.finish(writer.outputIndex, writer.cut());
    }
  }

  #begin(key: string, type: VendorItemEvent["item"], fields: Record<string, unknown>): VendorItemWriter {
    this.#items.closeCurrent("completed");
    const writer = new VendorItemWriter(this.#sink, this.#items.nextIndex(), { type, fields });
    this.#items.note(writer);
    this.#writers.set(key, writer);
    if (asksClient(type)) this.ofClient.push(type);
    return writer;
  }
}
