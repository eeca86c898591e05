import type { BuilderOptions } from "#server/engine/builder/builder-options";
import { type Ending, finishedResponse } from "#server/engine/builder/ending";
import { EventSink } from "#server/engine/builder/event-sink";
import { FunctionCallWriter } from "#server/engine/builder/function-call-writer";
import { HostedCallWriter } from "#server/engine/builder/hosted-call-writer";
import type { ItemWriter } from "#server/engine/builder/item-writer";
import { MessageWriter } from "#server/engine/builder/message-writer";
import { ReasoningWriter } from "#server/engine/builder/reasoning-writer";
import { type Replay, replayOf } from "#server/engine/builder/replay";
import { type CallPolicy, ServerCall, type Turn, type TurnCall } from "#server/engine/builder/turn-call";
import { addUsage } from "#server/engine/builder/usage";
import { newId } from "#server/ids";
import type { ResponseEvent } from "#server/protocol/events";
import type { HostedCallItem, ItemStatus, OutputItem } from "#server/protocol/items";
import type { ResponseResource } from "#server/protocol/response";
import type { ModelEvent, ModelUsage } from "#server/providers/provider";
import type { CitableSource } from "#server/tools/tool";

/**
 * Turns what models and tools say into the events of one response: ids, indexes, and the scaffolding around each item.
 * It knows no time, no vendor and no storage. Items stream one after the other: deltas always belong to the newest one,
 * so what a vendor interleaves waits until the open call is whole.
 */
export class ResponseBuilder {
  readonly #sink = new EventSink();
  readonly #options: BuilderOptions;
  readonly #output: OutputItem[] = [];
  readonly #callIds: Set<string>;
  #size = 0;
  #current: ItemWriter | null = null;
  #policy: CallPolicy = { admit: () => ({ kind: "function" }) };
  /** Model events that wait for the open function call to end. */
  #waiting: ModelEvent[] = [];
  /** Of this turn, by the vendor's call id: the newest call with that id. */
  #byCallId = new Map<string, FunctionCallWriter | ServerCall | null>();
  #serverCalls: ServerCall[] = [];
  #said: { transcript(): Turn["transcript"][number] }[] = [];
  #functionCalls: string[] = [];
  #spoke = false;
  #sources: Map<string, CitableSource> | null = null;
  #usage: ModelUsage | null = null;
  #turnUsage: ModelUsage | null = null;
  #told: number | null = null;

  constructor(options: BuilderOptions) {
    this.#options = options;
    this.#callIds = new Set(options.usedCallIds);
  }

  /** The events since the last call. */
  take(): ResponseEvent[] {
    return this.#sink.take();
  }

  /** What has been said so far, for a newcomer. */
  replay(): Replay {
    const open = [...this.#serverCalls.map((call) => call.writer), this.#current];
    return replayOf(this.#options.response, { output: this.#output, open, told: this.#told ?? this.#sink.count });
  }

  /** The first events of the stream. */
  open(): void {
    const response = this.#options.response;
    this.#sink.push({ type: "response.created", response });
    this.#sink.push({ type: "response.in_progress", response });
  }

  /** A new model call begins; `policy` decides about its calls. */
  beginTurn(policy: CallPolicy): void {
    this.#policy = policy;
    this.#byCallId = new Map();
    this.#serverCalls = [];
    this.#said = [];
    this.#functionCalls = [];
    this.#spoke = false;
  }

  /** Takes what the model said in one upstream read. */
  apply(events: readonly ModelEvent[]): void {
    for (const event of events) this.#dispatch(event);
  }

  /** The model call has ended: everything open is closed. `cut` when the vendor stopped it before its end. */
  endTurn(cut: boolean): Turn {
    this.#endCalls(cut);
    this.#closeCurrent(cut ? "incomplete" : "completed");
    const newest = this.#serverCalls.at(-1);
    const calls: TurnCall[] = this.#serverCalls.filter((call) => {
      if (!cut || call !== newest || call.writer?.outputIndex !== this.#size - 1 || call.isWhole()) return true;
      this.#closeHosted(call.writer, "incomplete", {});
      return false;
    });
    this.#closeUsage();
    return {
      transcript: this.#said.map((writer) => writer.transcript()),
      calls,
      functionCalls: this.#functionCalls,
      spoke: this.#spoke,
    };
  }

  /** A hosted call has ended. One that the response's end has already closed stays as it is. */
  finishCall(call: TurnCall, result: { status: "completed" | "failed"; fields: Record<string, unknown> }): void {
    if (!call.writer || this.#output[call.writer.outputIndex]) return;
    this.#closeHosted(call.writer, result.status, result.fields);
  }

  /** What the model may cite from now on, by marker. Called with none, markers are still taken out of the text. */
  addSources(sources: readonly CitableSource[]): void {
    this.#sources ??= new Map();
    for (const source of sources) this.#sources.set(source.marker, source);
  }

  /** Writes the end of the stream and returns the finished response. Whatever is still open is closed as cut off. */
  end(ending: Ending): ResponseResource {
    this.#waiting = [];
    this.#closeCurrent("incomplete");
    for (const call of this.#serverCalls) {
      if (call.writer && this.#output[call.writer.outputIndex] === undefined) {
        this.#closeHosted(call.writer, "failed", {});
      }
    }
    this.#closeUsage();
    const response = finishedResponse({
      response: this.#options.response,
      ending,
      output: this.#output,
      usage: this.#usage,
    });
    // What follows is no part of a replay: it is sent when the response is stored.
    this.#told = this.#sink.count;
    if (ending.status === "failed") {
      const { error } = ending;
      this.#sink.push({ type: "error", error, code: error.code, message: error.message, param: error.param });
    }
    const outcome = ending.status === "cancelled" ? "incomplete" : ending.status;
    this.#sink.push({ type: `response.${outcome}`, response });
    return response;
  }

  #dispatch(event: ModelEvent): void {
    switch (event.type) {
      case "text":
        if (event.text !== "" && this.#isFree(event)) {
          this.#message().text(event.text, this.#options.logprobs ? event.logprobs : undefined);
        }
        return;
      case "refusal":
        if (event.text !== "" && this.#isFree(event)) this.#message().refusal(event.text);
        return;
      case "reasoning":
        if (event.text === "" || !this.#isFree(event)) return;
        if (this.#options.reasoningAsSummary) this.#reasoning().rawAsSummary(event.text);
        else this.#reasoning().raw(event.text);
        return;
      case "reasoning_summary":
        if (event.text !== "" && this.#isFree(event)) this.#reasoning().summary(event.text, event.part);
        return;
      case "reasoning_encrypted":
        if (this.#isFree(event)) this.#reasoning().encrypted(event.encryptedContent);
        return;
      case "tool_call":
        if (this.#isFree(event)) this.#beginCall(event);
        return;
      case "tool_call_arguments":
      case "tool_call_done":
        this.#continueCall(event);
        return;
      case "usage":
        this.#turnUsage = event.usage;
    }
  }

  /** True when no function call is open; otherwise the event waits for its end. */
  #isFree(event: ModelEvent): boolean {
    while (this.#current instanceof FunctionCallWriter) {
      if (!this.#current.isWhole()) {
        this.#waiting.push(event);
        return false;
      }
      this.#closeCall();
    }
    return true;
  }

  #beginCall({ callId, name }: { callId: string; name: string }): void {
    const admission = this.#policy.admit(name);
    const known = this.#ownCallId(callId);
    if (admission.kind === "ignored") {
      this.#byCallId.set(callId, null);
      return;
    }
    this.#closeCurrent("completed");
    if (admission.kind === "function") {
      const writer = new FunctionCallWriter(this.#sink, this.#nextIndex(), { callId: known, name });
      this.#functionCalls.push(name);
      this.#begin(writer);
      this.#byCallId.set(callId, writer);
      return;
    }
    const writer =
      admission.kind === "hosted" ? new HostedCallWriter(this.#sink, this.#nextIndex(), admission.call) : null;
    const refusal = admission.kind === "refused" ? admission.reason : null;
    const call = new ServerCall({ callId: known, name, writer, refusal });
    this.#serverCalls.push(call);
    this.#said.push(call);
    this.#byCallId.set(callId, call);
  }

  #continueCall(event: Extract<ModelEvent, { type: "tool_call_arguments" | "tool_call_done" }>): void {
    const call = this.#byCallId.get(event.callId);
    if (call instanceof FunctionCallWriter) {
      if (call !== this.#current) return;
      if (event.type === "tool_call_done") this.#closeCall();
      else if (event.delta !== "") call.arguments(event.delta);
    } else if (call instanceof ServerCall) {
      if (event.type === "tool_call_done") call.done();
      else call.add(event.delta);
    } else if (call === undefined && this.#waiting.length > 0) {
      this.#waiting.push(event);
    }
  }

  /** Ends the open function call and goes on with what waited for it. */
  #closeCall(): void {
    this.#closeCurrent("completed");
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const event of waiting) this.#dispatch(event);
  }

  /** Ends the open function calls of a finished turn. One that was cut off stays open: it is the last item. */
  #endCalls(cut: boolean): void {
    while (this.#current instanceof FunctionCallWriter) {
      if (cut && !this.#current.isWhole()) {
        this.#waiting = [];
        return;
      }
      this.#closeCall();
    }
  }

  /** The id under which the call is known to the client: the vendor's, unless it is unusable or already taken. */
  #ownCallId(callId: string): string {
    const usable = callId.length > 0 && callId.length <= 64 && !this.#callIds.has(callId);
    const own = usable ? callId : newId("call");
    this.#callIds.add(own);
    return own;
  }

  #message(): MessageWriter {
    if (this.#current instanceof MessageWriter) return this.#current;
    this.#closeCurrent("completed");
    this.#spoke = true;
    return this.#begin(new MessageWriter(this.#sink, this.#nextIndex(), this.#sources));
  }

  #reasoning(): ReasoningWriter {
    if (this.#current instanceof ReasoningWriter) return this.#current;
    this.#closeCurrent("completed");
    return this.#begin(new ReasoningWriter(this.#sink, this.#nextIndex()));
  }

  #begin<W extends ItemWriter>(writer: W): W {
    this.#current = writer;
    this.#said.push(writer);
    return writer;
  }

  #nextIndex(): number {
    return this.#size++;
  }

  #closeCurrent(status: ItemStatus): void {
    const writer = this.#current;
    if (!writer) return;
    this.#current = null;
    this.#output[writer.outputIndex] = writer.close(status);
  }

  #closeHosted(
    writer: HostedCallWriter,
    status: "completed" | "failed" | "incomplete",
    fields: Record<string, unknown>,
  ) {
    const item: HostedCallItem = writer.close(status, fields);
    this.#output[writer.outputIndex] = item;
  }

  #closeUsage(): void {
    if (!this.#turnUsage) return;
    this.#usage = this.#usage ? addUsage(this.#usage, this.#turnUsage) : this.#turnUsage;
    this.#turnUsage = null;
  }
}
