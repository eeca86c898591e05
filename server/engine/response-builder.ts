import type { BuilderOptions } from "#server/engine/builder/builder-options";
import { Citables } from "#server/engine/builder/citables";
import { type Ending, finishedResponse } from "#server/engine/builder/ending";
import { EventSink } from "#server/engine/builder/event-sink";
import { withSettings } from "#server/engine/builder/in-force";
import type { ItemWriter } from "#server/engine/builder/item-writer";
import { MessageWriter } from "#server/engine/builder/message-writer";
import { OutputItems } from "#server/engine/builder/output-items";
import { type Encrypted, ReasoningWriter } from "#server/engine/builder/reasoning-writer";
import { type Replay, replayOf } from "#server/engine/builder/replay";
import { ToolStage } from "#server/engine/builder/tool-stage";
import { ADMIT_ALL, type CallPolicy, type Turn, type TurnCall } from "#server/engine/builder/turn-call";
import { type ApprovedStart, TurnCalls } from "#server/engine/builder/turn-calls";
import { sumUsage } from "#server/engine/builder/usage";
import { VendorItems } from "#server/engine/builder/vendor-items";
import type { ResponseEvent } from "#server/protocol/events";
import type { MessagePhase, OutputItem } from "#server/protocol/items";
import type { ResponseResource } from "#server/protocol/response";
import type { EncryptedReasoning, ModelEvent, ModelUsage } from "#server/providers/provider";

/**
 * Turns what models and tools say into the events of one response: ids, indexes, and the scaffolding around each item.
 * It knows no time, no vendor and no storage. Items stream one after the other: deltas always belong to the newest one,
 * so what a vendor interleaves waits until the open call is whole.
 */
export class ResponseBuilder {
  readonly #sink = new EventSink();
  readonly #options: BuilderOptions;
  readonly #items = new OutputItems();
  /** Where tools show what they do. */
  readonly stage: ToolStage;
  readonly #usedCallIds: Set<string>;
  #response: ResponseResource;
  #opened = false;
  #calls: TurnCalls;
  #vendorItems: VendorItems;
  /** Model events that wait for the client's call that streams to end. */
  #waiting: ModelEvent[] = [];
  #spoke = false;
  /** What the model may cite. */
  readonly citables = new Citables();
  #usage: ModelUsage | null = null;
  #turnUsage: ModelUsage | null = null;
  #told: number | null = null;

  constructor(options: BuilderOptions) {
    this.#options = options;
    this.#response = options.response;
    this.#usedCallIds = new Set(options.usedCallIds);
    this.stage = new ToolStage(this.#sink, this.#items);
    this.#calls = this.#newCalls(ADMIT_ALL);
    this.#vendorItems = new VendorItems(this.#sink, this.#items);
  }

  /** The events since the last call. */
  take(): ResponseEvent[] {
    return this.#sink.take();
  }

  /** What has been said so far, for a newcomer. */
  replay(): Replay {
    if (!this.#opened) return { events: [], told: 0 };
    const open = [
      ...this.#calls.writers(),
      ...this.stage.writers(),
      ...this.#vendorItems.writers(),
      this.#items.current,
    ];
    return replayOf(this.#response, { output: this.#items.finished, open, told: this.#told ?? this.#sink.count });
  }

  /** The first events of the stream. Called again, or after the model's first word, it does nothing. */
  open(): void {
    if (this.#opened) return;
    this.#opened = true;
    this.#sink.push({ type: "response.created", response: this.#response });
    this.#sink.push({ type: "response.in_progress", response: this.#response });
  }

  /** A new model call begins; `policy` decides about its calls. */
  beginTurn(policy: CallPolicy): void {
    this.#calls = this.#newCalls(policy);
    this.#vendorItems = new VendorItems(this.#sink, this.#items);
    this.#spoke = false;
  }

  /** Takes what the model said in one upstream read. */
  apply(events: readonly ModelEvent[]): void {
    for (const event of events) this.#dispatch(event);
  }

  /** The model call has ended: everything open is closed. `cut` when the vendor stopped it before its end. */
  endTurn(cut: boolean): Turn {
    this.#endClientCalls(cut);
    this.#items.closeCurrent(cut ? "incomplete" : "completed");
    this.#vendorItems.end();
    const calls = this.#calls.answerable(cut);
    this.#calls.askClient();
    this.#closeUsage();
    return {
      transcript: this.#items.takeTranscript(),
      calls,
      functionCalls: [...this.#calls.ofClient, ...this.#vendorItems.ofClient],
      spoke: this.#spoke,
    };
  }

  /** Puts a whole item into the output, with the tokens that making it has cost. Between turns only. */
  insert(item: OutputItem, usage: ModelUsage | null): void {
    this.open();
    this.#items.insert(this.#sink, item);
    this.#usage = sumUsage(this.#usage, usage);
  }

  /** A call that the client has approved begins, before the first turn. */
  beginApproved(start: ApprovedStart): TurnCall {
    return this.#calls.beginApproved(start);
  }

  /** A hosted call has ended. One that the response's end has already closed stays as it is. */
  finishCall(call: TurnCall, result: { status: "completed" | "failed"; fields: Record<string, unknown> }): void {
    const { writer } = call;
    if (!writer || this.#items.isFinished(writer.outputIndex)) return;
    this.#items.finish(writer.outputIndex, writer.close(result.status, result.fields));
  }

  /** Writes the end of the stream and returns the finished response. Whatever is still open is closed as cut off. */
  end(ending: Ending): ResponseResource {
    this.open();
    this.#waiting = [];
    this.#items.closeCurrent("incomplete");
    this.#vendorItems.end();
    this.#calls.end();
    this.stage.end();
    this.#closeUsage();
    const response = finishedResponse({
      response: this.#response,
      ending,
      output: this.#items.finished,
      usage: sumUsage(this.#usage, this.stage.spent),
    });
    // What follows is no part of a replay: it is sent when the response is stored.
    this.#told = this.#sink.count;
    if (ending.status === "failed") {
      const { error } = ending;
      this.#sink.push({ type: "error", error, code: error.code, message: error.message, param: error.param });
    }
    this.#sink.push({ type: `response.${ending.status === "cancelled" ? "incomplete" : ending.status}`, response });
    return response;
  }

  /** What becomes of each kind of event. Whatever shows something waits while a call of the client's streams. */
  #dispatch(event: ModelEvent): void {
    switch (event.type) {
      case "usage":
        this.#turnUsage = event.usage;
        return;
      case "model":
      case "finish":
        return;
      case "in_force":
        this.#response = withSettings(this.#response, event.settings);
        this.open();
        return;
      case "tool_call_arguments":
      case "tool_call_done":
        this.#continueCall(event);
        return;
      case "text":
      case "refusal":
      case "reasoning":
      case "reasoning_summary":
        if (event.text === "") return;
    }
    if (!this.#opened) this.open();
    if (this.#isFree(event)) this.#show(event);
  }

  #show(event: ModelEvent): void {
    switch (event.type) {
      case "text":
        this.#message().text(event.text, this.#options.logprobs ? event.logprobs : undefined);
        return;
      case "refusal":
        this.#message().refusal(event.text);
        return;
      case "part":
        this.#message().part(event.part);
        return;
      case "annotation":
        this.#message().annotate(event.annotation);
        return;
      case "reasoning":
        if (this.#options.reasoningAsSummary) this.#reasoning().rawAsSummary(event.text);
        else this.#reasoning().raw(event.text);
        return;
      case "reasoning_summary":
        this.#reasoning().summary(event.text, event.part);
        return;
      case "reasoning_encrypted":
        this.#reasoning().encrypted(this.#encrypted(event));
        return;
      case "item":
        if (event.item === "message") this.#beginMessage(event.phase);
        else this.#beginReasoning(event.encrypted ? this.#encrypted(event.encrypted) : null);
        return;
      case "item_done":
        this.#items.closeCurrent("completed");
        return;
      case "tool_call":
        this.#calls.begin(event);
        return;
      case "vendor_item":
        this.#vendorItems.take(event);
        return;
      case "vendor_event":
        this.#vendorItems.event(event);
    }
  }

  /** True when no call of the client's streams; otherwise the event waits for its end. */
  #isFree(event: ModelEvent): boolean {
    for (let call = this.#calls.open(); call; call = this.#calls.open()) {
      if (!call.isWhole()) {
        this.#waiting.push(event);
        return false;
      }
      this.#closeCall();
    }
    return true;
  }

  #continueCall(event: Extract<ModelEvent, { type: "tool_call_arguments" | "tool_call_done" }>): void {
    const outcome = this.#calls.continue(event);
    if (outcome === "whole") this.#closeCall();
    else if (outcome === "unknown" && this.#waiting.length > 0) this.#waiting.push(event);
  }

  /** Ends the call that streams and goes on with what waited for it. */
  #closeCall(): void {
    this.#items.closeCurrent("completed");
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const event of waiting) this.#dispatch(event);
  }

  /** Ends the client's calls of a finished turn. One that was cut off stays open: it is the last item. */
  #endClientCalls(cut: boolean): void {
    for (let call = this.#calls.open(); call; call = this.#calls.open()) {
      if (cut && !call.isWhole()) {
        this.#waiting = [];
        return;
      }
      this.#closeCall();
    }
  }

  #message(): MessageWriter {
    const { current } = this.#items;
    return current instanceof MessageWriter ? current : this.#beginMessage(undefined);
  }

  #beginMessage(phase: MessagePhase | undefined): MessageWriter {
    this.#spoke = true;
    const about = { citables: this.citables, ...(phase === undefined ? {} : { phase }) };
    return this.#begin((index) => new MessageWriter(this.#sink, index, about));
  }

  #reasoning(): ReasoningWriter {
    const { current } = this.#items;
    return current instanceof ReasoningWriter ? current : this.#beginReasoning(null);
  }

  #beginReasoning(encrypted: Encrypted | null): ReasoningWriter {
    return this.#begin((index) => new ReasoningWriter(this.#sink, index, encrypted));
  }

  #encrypted({ encryptedContent, sealKind }: EncryptedReasoning): Encrypted {
    return { plain: encryptedContent, sealed: this.#options.sealReasoning(encryptedContent, sealKind) };
  }

  #begin<W extends ItemWriter>(make: (index: number) => W): W {
    this.#items.closeCurrent("completed");
    return this.#items.begin(make(this.#items.nextIndex()));
  }

  #newCalls(policy: CallPolicy): TurnCalls {
    return new TurnCalls({ sink: this.#sink, items: this.#items, usedCallIds: this.#usedCallIds, policy });
  }

  #closeUsage(): void {
    this.#usage = sumUsage(this.#usage, this.#turnUsage);
    this.#turnUsage = null;
  }
}
