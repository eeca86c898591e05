import type { FinishReason, ModelEvent, ModelUsage } from "#server/providers/provider";
import { callsIn, reasoningIn, textIn } from "#tests/support/model-request";

/** What an answer says, in whichever terms it came. */
export interface HeardAnswer {
  text: string;
  reasoning: string;
  /** Arguments are the object they stand for; those of custom tools their text. */
  calls: { name: string; arguments: unknown }[];
  /** Without reasoning tokens where the vendor does not tell them apart. */
  usage: Omit<ModelUsage, "reasoningTokens"> & { reasoningTokens?: number };
  stop: FinishReason;
}

/** A vendor's own SDK, which proves that a recording is of the form that the vendor sends. */
export interface OfficialSdk {
  /** On npm. */
  package: string;
  /** Asks the server at `baseUrl` (it ends with `/v1`) for a stream and reads all of it by the SDK. */
  ask(baseUrl: string): Promise<HeardAnswer>;
}

/** Text of arguments as the value that it stands for; as it is when it is no JSON. */
export function parseArguments(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** An adapter's events in the terms of {@link HeardAnswer}. */
export function heardFrom(events: ModelEvent[]): HeardAnswer {
  const usage = events.findLast((event) => event.type === "usage");
  const finish = events.at(-1);
  if (usage?.type !== "usage" || finish?.type !== "finish") throw new Error("The answer has no usage or no end.");
  const calls = Object.values(callsIn(events));
  return {
    text: textIn(events),
    reasoning: reasoningIn(events),
    calls: calls.map((call) => ({ name: call.name, arguments: parseArguments(call.arguments) })),
    usage: usage.usage,
    stop: finish.reason,
  };
}
