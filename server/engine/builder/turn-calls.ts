import { ClientCallWriter } from "#server/engine/builder/client-call-writer";
import { CustomCallWriter } from "#server/engine/builder/custom-call-writer";
import type { EventSink } from "#server/engine/builder/event-sink";
import { FunctionCallWriter } from "#server/engine/builder/function-call-writer";
import { HostedCallWriter } from "#server/engine/builder/hosted-call-writer";
import type { OutputItems } from "#server/engine/builder/output-items";
import { type AsksClient, type CallPolicy, ServerCall, type TurnCall } from "#server/engine/builder/turn-call";
import { isAppError } from "#server/errors";
import { newId } from "#server/ids";
import type { VendorItem } from "#server/protocol/vendor-items";
import type { ModelEvent } from "#server/providers/provider";
import type { HostedCall } from "#server/tools/tool";

type Begin = Extract<ModelEvent, { type: "tool_call" }>;
type Continue = Extract<ModelEvent, { type: "tool_call_arguments" | "tool_call_done" }>;

/** A call that the client has approved: `callId` and `name` as the model knows it, and how it is shown. */
export interface ApprovedStart {
  callId: string;
  name: string;
  arguments: string;
  call: HostedCall;
}

/** The calls of one turn, from the model's first word of them to their end. */
export class TurnCalls {
  /** Names of what the client has to answer, one for each call. */
  readonly ofClient: string[] = [];
  readonly #sink: EventSink;
  readonly #items: OutputItems;
  readonly #policy: CallPolicy;
  readonly #usedCallIds: Set<string>;
  /** By the vendor's call id: the newest call with that id; null for an ignored one. */
  readonly #byCallId = new Map<string, ClientCallWriter | ServerCall | null>();
  readonly #ofServer: ServerCall[] = [];

  constructor(place: { sink: EventSink; items: OutputItems; usedCallIds: Set<string>; policy: CallPolicy }) {
    this.#sink = place.sink;
    this.#items = place.items;
    this.#usedCallIds = place.usedCallIds;
    this.#policy = place.policy;
  }

  begin({ callId, name, custom, labels }: Begin): void {
    const admission = this.#policy.admit(name, labels?.namespace);
    const known = this.#ownCallId(callId);
    if (admission.kind === "ignored") {
      this.#byCallId.set(callId, null);
      return;
    }
    this.#items.closeCurrent("completed");
    if (admission.kind === "function" || admission.kind === "custom") {
      const call = { callId: known, name, labels };
      const index = this.#items.nextIndex();
      const writer =
        admission.kind === "function"
          ? new FunctionCallWriter(this.#sink, index, call)
          : new CustomCallWriter(this.#sink, index, { ...call, wrapped: custom !== true });
      this.ofClient.push(name);
      this.#byCallId.set(callId, this.#items.begin(writer));
      return;
    }
    const writer =
      admission.kind === "hosted" && admission.call !== null
        ? new HostedCallWriter(this.#sink, this.#items.nextIndex(), admission.call)
        : null;
    const refusal = admission.kind === "refused" ? admission.reason : null;
    const asks = admission.kind === "approval" || admission.kind === "client_run" ? admission : null;
    const call = new ServerCall({ callId: known, name, writer, refusal, asks });
    this.#ofServer.push(call);
    this.#items.note(call);
    this.#byCallId.set(callId, call);
  }

  /** A call of an earlier response begins that the client has approved since. */
  beginApproved({ callId, name, arguments: text, call }: ApprovedStart): ServerCall {
    const writer = new HostedCallWriter(this.#sink, this.#items.nextIndex(), call);
    const begun = new ServerCall({ callId, name, writer, refusal: null, asks: null });
    begun.add(text);
    begun.done();
    this.#ofServer.push(begun);
    return begun;
  }

  /** Takes the next of a call. Returns what became of it: `unknown` for one that has not begun. */
  continue(event: Continue): "taken" | "whole" | "unknown" {
    const call = this.#byCallId.get(event.callId);
    if (call === undefined) return "unknown";
    if (call instanceof ServerCall) {
      if (event.type === "tool_call_done") this.#endServerCall(call);
      else call.add(event.delta);
    } else if (call !== null && call === this.#items.current) {
      if (event.type === "tool_call_done") {
        call.label(event.labels);
        return "whole";
      }
      if (event.delta !== "") call.arguments(event.delta);
    }
    return "taken";
  }

  /** Writers of the items that the server's calls show. */
  writers(): (HostedCallWriter | null)[] {
    return this.#ofServer.map((call) => call.writer);
  }

  /** The call of the client's that streams, if one does. */
  open(): ClientCallWriter | null {
    const { current } = this.#items;
    return current instanceof ClientCallWriter ? current : null;
  }

  /** Calls for the server to answer, in the order of their items. `cut`: a newest one that is not whole is not to run. */
  answerable(cut: boolean): TurnCall[] {
    const newest = this.#ofServer.at(-1);
    for (const call of this.#ofServer) if (call.asks && (!cut || call.isWhole())) makeAsked(call, call.asks);
    return this.#ofServer.filter((call) => {
      if (call.asks) return call.refusal !== null;
      if (!cut || call !== newest || call.writer?.outputIndex !== this.#items.size - 1 || call.isWhole()) return true;
      this.#items.finish(call.writer.outputIndex, call.writer.close("incomplete", {}));
      return false;
    });
  }

  /** Shows what the client has to approve or to run, as far as it was not shown before. */
  askClient(): void {
    for (const call of this.#ofServer) this.#show(call);
  }

  /** Closes as failed what has found no end. */
  end(): void {
    for (const { writer } of this.#ofServer) {
      if (writer && !this.#items.isFinished(writer.outputIndex)) {
        this.#items.finish(writer.outputIndex, writer.close("failed", {}));
      }
    }
  }

  /** A call that the client runs is shown at once, unless something else streams at that moment. */
  #endServerCall(call: ServerCall): void {
    call.done();
    if (call.asks?.kind !== "client_run" || this.#items.current !== null) return;
    makeAsked(call, call.asks);
    this.#show(call);
  }

  #show(call: ServerCall): void {
    if (call.asked === null || call.shown) return;
    call.shown = true;
    this.#items.insert(this.#sink, call.asked);
    this.ofClient.push(call.name);
  }

  /** The id under which the call is known to the client: the vendor's, unless it is unusable or already taken. */
  #ownCallId(callId: string): string {
    const usable = callId.length > 0 && callId.length <= 64 && !this.#usedCallIds.has(callId);
    const own = usable ? callId : newId("call");
    this.#usedCallIds.add(own);
    return own;
  }
}

/** Makes the item that asks the client for a call; one whose arguments make no call is refused instead. */
function makeAsked(call: ServerCall, asks: AsksClient): void {
  if (call.asked !== null || call.refusal !== null) return;
  if (asks.kind === "approval") {
    const { serverLabel: server_label, name } = asks.tool;
    const asked = { arguments: call.argumentsText(), name, server_label };
    call.asked = { type: "mcp_approval_request", id: newId("mcp_approval_request"), ...asked };
    return;
  }
  const { itemType: type, toFields } = asks.form;
  try {
    const fields = toFields(call.argumentsText());
    call.asked = { type, id: newId(type), status: "completed", call_id: call.callId, ...fields } as VendorItem;
  } catch (error) {
    if (!isAppError(error)) throw error;
    call.refusal = `The call was not made: ${error.message}`;
  }
}
