import type { EventSink } from "#server/engine/builder/event-sink";
import type { ItemWriter } from "#server/engine/builder/item-writer";
import type { CallLabels } from "#server/protocol/call-labels";
import type { ResponseEvent } from "#server/protocol/events";
import type { ItemStatus, OutputItem } from "#server/protocol/items";
import type { ModelInput } from "#server/providers/provider";

export interface ClientCall {
  callId: string;
  name: string;
  /** What its vendor says of it beside. */
  labels?: CallLabels | undefined;
}

/** Writes a call that the client has to answer: of a function of its own, or of a custom tool. */
export abstract class ClientCallWriter implements ItemWriter {
  readonly outputIndex: number;
  readonly callId: string;
  protected readonly name: string;
  protected labels: CallLabels | undefined;
  protected readonly sink: EventSink;
  protected readonly pieces: string[] = [];

  constructor(sink: EventSink, outputIndex: number, { callId, name, labels }: ClientCall) {
    this.sink = sink;
    this.outputIndex = outputIndex;
    this.callId = callId;
    this.name = name;
    this.labels = labels;
  }

  /** The next piece of what the model calls it with. */
  abstract arguments(delta: string): void;
  /** True when nothing can be missing: whatever the vendor sends next belongs to something else. */
  abstract isWhole(): boolean;
  abstract close(status: ItemStatus): OutputItem;
  abstract replay(): ResponseEvent[];
  abstract transcript(): ModelInput;

  /** Takes what its vendor tells of it at its end only. */
  label(labels: CallLabels | undefined): void {
    if (labels) this.labels = labels;
  }

  /** What the client answers to and its vendor wants back. */
  protected asAsked(): { callId: string; name: string; labels?: CallLabels } {
    return { callId: this.callId, name: this.name, ...(this.labels ? { labels: this.labels } : {}) };
  }

  /** True when the pieces are a whole JSON object. */
  protected isWholeJson(): boolean {
    if (!this.pieces.at(-1)?.trimEnd().endsWith("}")) return false;
    try {
      JSON.parse(this.pieces.join(""));
      return true;
    } catch {
      return false;
    }
  }
}
