import { newId } from "#server/ids";
import type { CallDelta } from "#server/providers/openai-compatible/chat-chunk";
import type { ModelEvent } from "#server/providers/provider";

interface OpenCall {
  /** The vendor's own id, to notice a new call under an old index. */
  vendorId: string | null;
  callId: string;
  name: string;
  announced: boolean;
  /** Arguments that came before the name. */
  early: string;
}

/**
 * Follows the tool calls of one answer. Deltas of parallel calls may interleave; servers leave out the index, give all
 * calls the same one, or leave out the id.
 */
export class ToolCallStream {
  private readonly byIndex = new Map<number, OpenCall>();
  private readonly calls: OpenCall[] = [];

  get count(): number {
    return this.calls.length;
  }

  push(delta: CallDelta, events: ModelEvent[]): void {
    const call = this.find(delta);
    const name = delta.function?.name ?? delta.custom?.name;
    if (typeof name === "string" && name !== "" && !call.announced) call.name += name;
    const args = argumentsOf(delta.function?.arguments ?? delta.custom?.input);
    if (!call.announced && call.name !== "") {
      call.announced = true;
      const custom = delta.custom ? { custom: true as const } : {};
      events.push({ type: "tool_call", callId: call.callId, name: call.name, ...custom });
      if (call.early !== "") events.push({ type: "tool_call_arguments", callId: call.callId, delta: call.early });
    }
    if (args === "") return;
    if (call.announced) events.push({ type: "tool_call_arguments", callId: call.callId, delta: args });
    else call.early += args;
  }

  /** Closes every call, in the order of their beginning. Not to be called for an answer that was cut off. */
  finish(events: ModelEvent[]): void {
    for (const call of this.calls) if (call.announced) events.push({ type: "tool_call_done", callId: call.callId });
    this.calls.length = 0;
    this.byIndex.clear();
  }

  private find(delta: CallDelta): OpenCall {
    const id = typeof delta.id === "string" && delta.id !== "" ? delta.id : null;
    const index = typeof delta.index === "number" ? delta.index : null;
    const known = index === null ? this.findById(id) : this.byIndex.get(index);
    const isOther = known !== undefined && id !== null && known.vendorId !== null && id !== known.vendorId;
    if (known && !isOther) {
      known.vendorId ??= id;
      return known;
    }
    const call: OpenCall = { vendorId: id, callId: id ?? newId("call"), name: "", announced: false, early: "" };
    this.calls.push(call);
    if (index !== null) this.byIndex.set(index, call);
    return call;
  }

  /** Without an index: the call of that id, or the newest when the delta has none either. */
  private findById(id: string | null): OpenCall | undefined {
    return id === null ? this.calls.at(-1) : this.calls.find((call) => call.vendorId === id);
  }
}

/** Arguments as a string; some servers send the object itself. */
function argumentsOf(value: unknown): string {
  if (typeof value === "string") return value;
  return typeof value === "object" && value !== null ? JSON.stringify(value) : "";
}
