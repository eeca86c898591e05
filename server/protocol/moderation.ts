import { z } from "zod";

const Policy = z.object({ mode: z.enum(["score", "block"]) });

/** What a provider is to check input and output with, and what is to become of what it finds. */
export const ModerationInput = z.object({
  model: z.string().min(1).max(256),
  policy: z.object({ input: Policy.nullish(), output: Policy.nullish() }).nullish(),
});

/** A `moderation_result` of one model, or the `error` that stands in its place, as the provider gave it. */
export type ModerationOutcome = Record<string, unknown> & { type: string };

/** What a provider's moderation found in a response's input and in its output. */
export interface Moderation {
  input: ModerationOutcome;
  output: ModerationOutcome;
}

/** The same in chat completions: results are lists there, since a completion may have several choices. */
export type ChatModeration = Moderation;

function toChatOutcome(outcome: ModerationOutcome): ModerationOutcome {
  if (outcome.type !== "moderation_result") return outcome;
  return { type: "moderation_results", model: outcome.model, results: [outcome] };
}

/** A response's moderation as chat completions have it. */
export function toChatModeration({ input, output }: Moderation): ChatModeration {
  return { input: toChatOutcome(input), output: toChatOutcome(output) };
}
