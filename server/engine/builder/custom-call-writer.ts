import { type ClientCall, ClientCallWriter } from "#server/engine/builder/client-call-writer";
import type { EventSink } from "#server/engine/builder/event-sink";
import { InputText } from "#server/engine/builder/input-text";
import { newId } from "#server/ids";
import type { CustomToolCallItem } from "#server/protocol/custom-tool-items";
import type { ResponseEvent } from "#server/protocol/events";
import type { ItemStatus } from "#server/protocol/items";
import type { ModelInput } from "#server/providers/provider";

/** Writes a call of a custom tool of the client's. */
export class CustomCallWriter extends ClientCallWriter {
  readonly #id = newId("customToolCall");
  readonly #input: string[] = [];
  /** Where the vendor knows functions only; null when it sends the text itself. */
  readonly #wrapped: InputText | null;

  constructor(sink: EventSink, outputIndex: number, call: ClientCall & { wrapped: boolean }) {
    super(sink, outputIndex, call);
    this.#wrapped = call.wrapped ? new InputText() : null;
    sink.push({ type: "response.output_item.added", output_index: outputIndex, item: this.#item("in_progress", "") });
  }

  arguments(delta: string): void {
    this.pieces.push(delta);
    this.#say(this.#wrapped ? this.#wrapped.push(delta) : delta);
  }

  isWhole(): boolean {
    return this.#wrapped !== null && this.isWholeJson();
  }

  close(status: ItemStatus): CustomToolCallItem {
    this.#say(this.#wrapped?.finish() ?? "");
    const text = this.#input.join("");
    const item = this.#item(status, text);
    const place = { item_id: this.#id, output_index: this.outputIndex };
    this.sink.push({ type: "response.custom_tool_call_input.done", ...place, input: text });
    this.sink.push({ type: "response.output_item.done", output_index: this.outputIndex, item });
    return item;
  }

  replay(): ResponseEvent[] {
    const place = { item_id: this.#id, output_index: this.outputIndex };
    const item = this.#item("in_progress", "");
    const added: ResponseEvent = { type: "response.output_item.added", output_index: this.outputIndex, item };
    const delta = this.#input.join("");
    return delta === "" ? [added] : [added, { type: "response.custom_tool_call_input.delta", ...place, delta }];
  }

  transcript(): ModelInput {
    const input = this.#input.join("");
    return { type: "tool_call", ...this.asAsked(), arguments: JSON.stringify({ input }), input };
  }

  #say(text: string): void {
    if (text === "") return;
    this.#input.push(text);
    const place = { item_id: this.#id, output_index: this.outputIndex };
    this.sink.push({ type: "response.custom_tool_call_input.delta", ...place, delta: text });
  }

  #item(status: ItemStatus, input: string): CustomToolCallItem {
    const call = { call_id: this.callId, name: this.name, ...this.labels };
    return { type: "custom_tool_call", id: this.#id, status, ...call, input };
  }
}
