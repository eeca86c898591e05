import { type ClientCall, ClientCallWriter } from "#server/engine/builder/client-call-writer";
import type { EventSink } from "#server/engine/builder/event-sink";
import { newId } from "#server/ids";
import type { ResponseEvent } from "#server/protocol/events";
import type { FunctionCallItem, ItemStatus } from "#server/protocol/items";
import type { ModelInput } from "#server/providers/provider";

/** Writes a call of a function of the client's. */
export class FunctionCallWriter extends ClientCallWriter {
  readonly #id = newId("functionCall");

  constructor(sink: EventSink, outputIndex: number, call: ClientCall) {
    super(sink, outputIndex, call);
    sink.push({ type: "response.output_item.added", output_index: outputIndex, item: this.#item("in_progress", "") });
  }

  arguments(delta: string): void {
    this.pieces.push(delta);
    this.sink.push({
      type: "response.function_call_arguments.delta",
      item_id: this.#id,
      output_index: this.outputIndex,
      delta,
    });
  }

  isWhole(): boolean {
    return this.isWholeJson();
  }

  close(status: ItemStatus): FunctionCallItem {
    if (status === "completed" && this.pieces.every((piece) => piece.trim() === "")) this.arguments("{}");
    const text = this.pieces.join("");
    const item = this.#item(status, text);
    this.sink.push({
      type: "response.function_call_arguments.done",
      item_id: this.#id,
      output_index: this.outputIndex,
      name: this.name,
      arguments: text,
    });
    this.sink.push({ type: "response.output_item.done", output_index: this.outputIndex, item });
    return item;
  }

  replay(): ResponseEvent[] {
    const place = { item_id: this.#id, output_index: this.outputIndex };
    const added: ResponseEvent = {
      type: "response.output_item.added",
      output_index: this.outputIndex,
      item: this.#item("in_progress", ""),
    };
    const delta = this.pieces.join("");
    return delta === "" ? [added] : [added, { type: "response.function_call_arguments.delta", ...place, delta }];
  }

  transcript(): ModelInput {
    return { type: "tool_call", ...this.asAsked(), arguments: this.pieces.join("") };
  }

  #item(status: ItemStatus, text: string): FunctionCallItem {
    const call = { call_id: this.callId, name: this.name, ...this.labels };
    return { type: "function_call", id: this.#id, status, ...call, arguments: text };
  }
}
