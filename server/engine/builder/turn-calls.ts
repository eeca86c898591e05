import { ClientCallWriter } from "#server/engine/builder/client-call-writer";
import { CustomCallWriter } from "#server/engine/builder/custom-call-writer";
import type { EventSink } from "#server/engine/builder/event-sink";
import { FunctionCallWriter } from "#server/engine/builder/function-call-writer";
import { HostedCallWriter } from "#server/engine/builder/hosted-call-writer";
import type { OutputItems } from "#server/engine/builder/output-items";
import { type CallPolicy, ServerCall, type TurnCall } from "#server/engine/builder/turn-call";
import { newId } from "#server/ids";
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
    const approval = admission.kind === "approval" ? admission.tool : null;
    const call = new ServerCall({ callId: known, name, writer, refusal, approval });
    this.#ofServer.push(call);
    this.#items.note(call);
    this.#byCallId.set(callId, call);
  }

  /** A call of an earlier response begins that the client has approved since. */
  beginApproved({ callId, name, arguments: text, call }: ApprovedStart): ServerCall {
    const writer = new HostedCallWriter(this.#sink, this.#items.nextIndex(), call);
    const begun = new ServerCall({ callId, name, writer, refusal: null, approval: null });
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
      if (event.type === "tool_call_done") call.done();
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
    return this.#ofServer.filter((call) => {
      if (call.approval) return false;
      if (!cut || call !== newest || call.writer?.outputIndex !== this.#items.size - 1 || call.isWhole()) return true;
      this.#items.finish(call.writer.outputIndex, call.writer.close("incomplete", {}));
      return false;
    });
  }

  /** Shows what the client has to approve. A call that was cut off is nothing to approve. */
  askForApproval(cut: boolean): void {
    for (const call of this.#ofServer) {
      if (!call.approval || (cut && !call.isWhole())) continue;
      const { serverLabel: server_label, name } = call.approval;
      const id = newId("mcp_approval_request");
      const asked = { arguments: call.argumentsText(), name, server_label };
      this.#items.insert(this.#sink, { type: "mcp_approval_request", id, ...asked });
      this.ofClient.push(call.name);
    }
  }

  /** Closes as failed what has found no end. */
  end(): void {
    for (const { writer } of this.#ofServer) {
      if (writer && !this.#items.isFinished(writer.outputIndex)) {
        this.#items.finish(writer.outputIndex, writer.close("failed", {}));
      }
    }
  }

  /** The id under which the call is known to the client: the vendor's, unless it is unusable or already taken. */
  #ownCallId(callId: string): string {
    const usable = callId.length > 0 && callId.length <= 64 && !this.#usedCallIds.has(callId);
    const own = usable ? callId : newId("call");
    this.#usedCallIds.add(own);
    return own;
  }
}
