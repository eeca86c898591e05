import type { LanguageModel, ModelEvent, ModelRequest } from "#server/providers/provider";

/** One model call of a script: what it says, read by read; or a function of the request. */
export type ScriptedTurn = ModelEvent[][] | ((request: ModelRequest) => AsyncIterable<ModelEvent[]>);

export interface ScriptedModel extends LanguageModel {
  /** The requests so far, in order. */
  readonly requests: ModelRequest[];
}

/** A model that says what the script says, one turn for each call; the last turn is repeated for ever. */
export function scriptedModel(...turns: ScriptedTurn[]): ScriptedModel {
  const requests: ModelRequest[] = [];
  return {
    modelId: "scripted",
    requests,
    async *stream(request) {
      const turn = turns[Math.min(requests.length, turns.length - 1)] ?? [];
      requests.push(request);
      if (typeof turn === "function") {
        yield* turn(request);
        return;
      }
      for (const events of turn) yield events;
    },
  };
}

/** A turn that says one text in pieces and stops. */
export function sayingTurn(...pieces: string[]): ModelEvent[][] {
  return [...pieces.map((text): ModelEvent[] => [{ type: "text", text }]), [{ type: "finish", reason: "stop" }]];
}

/** A turn that makes the given calls, one after the other, and ends. */
export function callingTurn(...calls: { id: string; name: string; arguments: unknown }[]): ModelEvent[][] {
  const events = calls.flatMap((call): ModelEvent[] => [
    { type: "tool_call", callId: call.id, name: call.name },
    { type: "tool_call_arguments", callId: call.id, delta: JSON.stringify(call.arguments) },
    { type: "tool_call_done", callId: call.id },
  ]);
  return [events, [{ type: "finish", reason: "tool_calls" }]];
}
