import type { EventSink } from "#server/engine/builder/event-sink";
import type { ItemWriter } from "#server/engine/builder/item-writer";
import type { ItemStatus, OutputItem } from "#server/protocol/items";
import { eventsOfItem } from "#server/protocol/unfold";
import type { ModelInput } from "#server/providers/provider";

/** Whoever can say what the model must read of it in the next turn. */
export interface Said {
  transcript(): ModelInput;
}

/** The items of one response: the finished ones, and the one that streams. */
export class OutputItems {
  /** Finished items at their indexes; with holes while others are open. */
  readonly finished: OutputItem[] = [];
  #current: ItemWriter | null = null;
  #size = 0;
  #said: Said[] = [];

  /** The item that streams: always the newest. */
  get current(): ItemWriter | null {
    return this.#current;
  }

  /** How many items were added. */
  get size(): number {
    return this.#size;
  }

  nextIndex(): number {
    return this.#size++;
  }

  /** From now on this item streams. The one before must be closed. */
  begin<W extends ItemWriter>(writer: W): W {
    this.#current = writer;
    this.#said.push(writer);
    return writer;
  }

  /** Something that does not stream is part of the turn. */
  note(said: Said): void {
    this.#said.push(said);
  }

  closeCurrent(status: ItemStatus): void {
    const writer = this.#current;
    if (!writer) return;
    this.#current = null;
    this.finished[writer.outputIndex] = writer.close(status);
  }

  /** Adds an item that is whole, with the events that lead to it. Nothing may stream. */
  insert(sink: EventSink, item: OutputItem): void {
    const index = this.nextIndex();
    for (const event of eventsOfItem(item, index)) sink.push(event);
    this.finish(index, item);
  }

  finish(outputIndex: number, item: OutputItem): void {
    this.finished[outputIndex] = item;
  }

  isFinished(outputIndex: number): boolean {
    return this.finished[outputIndex] !== undefined;
  }

  /** What was said since the last call, in order. */
  takeTranscript(): ModelInput[] {
    const said = this.#said;
    this.#said = [];
    return said.map((each) => each.transcript());
  }
}
