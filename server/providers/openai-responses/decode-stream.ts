import type { MessagePhase } from "#server/protocol/items";
import { isPassedEventType, isPassedItemType, type PassedItemType } from "#server/protocol/vendor-items";
import type { ItemIds } from "#server/providers/openai-responses/convert-input";
import {
  annotate,
  announceCall,
  finishCall,
  finishPart,
  finishReasoning,
} from "#server/providers/openai-responses/finish-item";
import type { HeardItem } from "#server/providers/openai-responses/heard-item";
import { HeardItems } from "#server/providers/openai-responses/heard-items";
import { toResponseError } from "#server/providers/openai-responses/read-error";
import { readIncomplete, readSettings, readUsage } from "#server/providers/openai-responses/read-response";
import { ownerOf, sayDelta, settleText } from "#server/providers/openai-responses/say-item";
import { pack } from "#server/providers/openai-responses/sealed-reasoning";
import type { Connection, FinishReason, ModelEvent } from "#server/providers/provider";
import { type JsonObject, listOf, numberOf, objectOf, stringOf } from "#server/providers/shared/json";
import { toLogprobs } from "#server/providers/shared/logprobs";

export interface DecoderOptions {
  connection: Connection;
  /** Names the server: see `Quirks.host`. */
  host: string;
  ids: ItemIds;
  /** Names of tools in namespaces: calls of them that name none begin once they are whole. */
  namespaced?: ReadonlySet<string>;
}

const PHASES: readonly MessagePhase[] = ["commentary", "final_answer"];

/**
 * Turns the events of one response into model events. Servers leave out ids, indexes, scaffolding and whole kinds of
 * events, or say in the last event what they said nowhere else: so every text is passed on as it comes, and what a later
 * event says beyond that is passed on then.
 */
export class ResponseDecoder {
  readonly #options: DecoderOptions;
  readonly #items = new HeardItems();
  /** The item that streams: what others say waits for their end. */
  #current: HeardItem | null = null;
  #named = false;
  #ended = false;
  #out: ModelEvent[] = [];

  constructor(options: DecoderOptions) {
    this.#options = options;
  }

  /** What was heard since the last call. */
  take(): ModelEvent[] {
    const events = this.#out;
    this.#out = [];
    return events;
  }

  /** True once the server has said that the response is over. */
  get ended(): boolean {
    return this.#ended;
  }

  /** True once anything of the answer has been heard. */
  get heard(): boolean {
    return this.#items.size > 0;
  }

  /** Takes one event. Throws the server's own error. */
  push(event: JsonObject): void {
    const type = stringOf(event.type) ?? "";
    switch (type) {
      case "response.output_text.delta":
        this.#sayText(event);
        return;
      case "response.created":
      case "response.in_progress":
        this.#open(objectOf(event.response));
        return;
      case "response.completed":
      case "response.incomplete":
        this.end(objectOf(event.response) ?? {}, type);
        return;
      case "response.failed":
      case "response.cancelled":
        throw toResponseError(objectOf(event.response) ?? event, this.#options.connection);
      case "error":
        throw toResponseError(event, this.#options.connection);
      case "response.output_item.added":
        this.#begin(objectOf(event.item) ?? {}, numberOf(event.output_index));
        return;
      case "response.output_item.done":
        this.#finishAt(objectOf(event.item) ?? {}, event);
        return;
      default:
        if (isPassedEventType(type)) this.#passOn(event);
        else this.#continue(type, event);
    }
  }

  /** The whole response, at the end of a stream or as an answer of its own. */
  end(response: JsonObject, type: string): void {
    const status = stringOf(response.status);
    if (status === "failed" || status === "cancelled" || objectOf(response.error)) {
      throw toResponseError(response, this.#options.connection);
    }
    this.#finishAll(listOf(response.output));
    this.#open(response, true);
    const usage = readUsage(response.usage);
    if (usage) this.#out.push({ type: "usage", usage });
    const incomplete = status === "incomplete" || (status === null && type === "response.incomplete");
    this.#finish(incomplete ? readIncomplete(response) : null);
  }

  /** The stream is over without the event that says so, but with its end mark. */
  endWithout(): void {
    this.#finishAll([]);
    this.#finish(null);
  }

  #finish(cut: FinishReason | null): void {
    this.#ended = true;
    for (const item of this.#items.unannounced()) announceCall(item, item.unannounced ?? {}, this.#out);
    this.#out.push({ type: "finish", reason: cut ?? (this.#items.called ? "tool_calls" : "stop") });
  }

  #open(response: JsonObject | null, again = false): void {
    if (!response || (this.#named && !again)) return;
    const settings = readSettings(response);
    this.#out.push({ type: "in_force", settings });
    if (!this.#named && settings.modelId !== undefined) this.#out.push({ type: "model", modelId: settings.modelId });
    this.#named = true;
  }

  #begin(item: JsonObject, index: number | null): HeardItem {
    const heard = this.#items.add(item, index);
    switch (heard.type) {
      case "message": {
        const phase = PHASES.find((known) => known === item.phase);
        this.#out.push({ type: "item", item: "message", ...(phase === undefined ? {} : { phase }) });
        break;
      }
      case "reasoning":
        this.#out.push({ type: "item", item: "reasoning", ...this.#encryptedIn(heard, item) });
        break;
      case "function_call":
      case "custom_tool_call":
        if (this.#lacksNamespace(item)) heard.unannounced = item;
        else announceCall(heard, item, this.#out);
        return heard;
      default:
        if (isPassedItemType(heard.type)) this.#pushVendorItem(heard, "added", item);
        return heard;
    }
    this.#current = heard;
    return heard;
  }

  #lacksNamespace(call: JsonObject): boolean {
    return call.namespace == null && (this.#options.namespaced?.has(stringOf(call.name) ?? "") ?? false);
  }

  #encryptedIn(heard: HeardItem, item: JsonObject) {
    const content = stringOf(item.encrypted_content);
    if (content === null || content === "") return {};
    heard.encrypted = content;
    return { encrypted: pack({ host: this.#options.host, id: heard.id ?? heard.key, content }) };
  }

  #pushVendorItem(heard: HeardItem, stage: "added" | "done", item: JsonObject): void {
    if (!isPassedItemType(heard.type)) return;
    const type: PassedItemType = heard.type;
    const { id: _id, type: _type, ...rest } = item;
    const fields: Record<string, unknown> = { ...rest };
    if (typeof rest.approval_request_id === "string") {
      fields.approval_request_id = this.#options.ids.ownOf(rest.approval_request_id);
    }
    if (heard.id !== null) fields.upstream = { host: this.#options.host, id: heard.id };
    this.#out.push({ type: "vendor_item", key: heard.key, item: type, stage, fields });
  }

  /** The item that an event belongs to; begins it when the server has not. */
  #itemOf(event: JsonObject, type: string): HeardItem {
    return this.#items.find(event, type) ?? this.#begin({ type, id: event.item_id }, numberOf(event.output_index));
  }

  #sayText(event: JsonObject): void {
    const current = this.#current;
    const known = current !== null && current.id !== null && current.id === event.item_id;
    const item = known ? current : this.#itemOf(event, "message");
    const text = stringOf(event.delta) ?? "";
    if (text === "" || item !== this.#current) return;
    const index = numberOf(event.content_index) ?? 0;
    item.openPart(index, "output_text", this.#out);
    item.note(`text ${index}`, text);
    const logprobs = toLogprobs(event.logprobs);
    this.#out.push({ type: "text", text, ...(logprobs.length > 0 ? { logprobs } : {}) });
  }

  /** `response.<what>.<step>` of a message, reasoning or call. Events that nobody knows are left alone. */
  #continue(type: string, event: JsonObject): void {
    const [, what = "", step = ""] = /^response\.(\w+)\.([\w.]+)$/.exec(type) ?? [];
    const part = objectOf(event.part);
    const owner = part?.type === "reasoning_text" ? "reasoning" : ownerOf(what);
    if (owner === undefined) return;
    const item = this.#itemOf(event, owner);
    const isCall = owner === "function_call" || owner === "custom_tool_call";
    if (item.done || (!isCall && item !== this.#current)) return;
    const index = numberOf(event.content_index) ?? numberOf(event.summary_index) ?? 0;
    if (step === "delta") sayDelta(what, { item, index, delta: stringOf(event.delta) ?? "" }, this.#out);
    else if (step === "added" && part && part.type !== "reasoning_text") this.#openPart(item, { index, part });
    else if (step === "annotation.added") annotate(item, { index, value: event.annotation }, this.#out);
    else if (step === "done") settleText(what, { item, index, event }, this.#out);
  }

  #openPart(item: HeardItem, { index, part }: { index: number; part: JsonObject }): void {
    if (part.type === "output_text" || part.type === "refusal") item.openPart(index, part.type, this.#out);
  }

  #passOn(event: JsonObject): void {
    const {
      type,
      item_id: _id,
      output_index: _index,
      sequence_number: _number,
      obfuscation: _padding,
      ...fields
    } = event;
    const name = String(type);
    const item = this.#items.findVendorItem(event);
    if (item && isPassedEventType(name)) this.#out.push({ type: "vendor_event", key: item.key, event: name, fields });
  }

  #finishAt(final: JsonObject, event: JsonObject): void {
    const type = stringOf(final.type) ?? "";
    const place = { item_id: final.id, output_index: event.output_index };
    const item = this.#items.find(place, type) ?? this.#begin(final, numberOf(event.output_index));
    this.#finishItem(item, final);
  }

  /** What the whole response says beyond what was heard, item by item in their order. */
  #finishAll(output: readonly unknown[]): void {
    const items = output.map(objectOf).filter((item) => item !== null);
    for (const { final, heard } of this.#items.match(items)) {
      this.#finishItem(heard ?? this.#begin(final, null), final);
    }
  }

  #finishItem(item: HeardItem, final: JsonObject): void {
    if (item.done) return;
    item.done = true;
    item.id ??= stringOf(final.id);
    if (item.type === "function_call" || item.type === "custom_tool_call") finishCall(item, final, this.#out);
    else if (isPassedItemType(item.type)) this.#pushVendorItem(item, "done", final);
    else if (item === this.#current) this.#finishCurrent(item, final);
  }

  #finishCurrent(item: HeardItem, final: JsonObject): void {
    if (item.type === "reasoning") finishReasoning(item, { final, host: this.#options.host }, this.#out);
    else {
      listOf(final.content).forEach((entry, index) => {
        finishPart(item, { index, part: objectOf(entry) ?? {} }, this.#out);
      });
    }
    this.#current = null;
    if (final.status !== "incomplete") this.#out.push({ type: "item_done" });
  }
}
