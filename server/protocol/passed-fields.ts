import { z } from "zod";
import { given } from "#server/protocol/json-values";
import { ModerationInput } from "#server/protocol/moderation";
import { RequestProblem } from "#server/protocol/problem";

/** Request fields that say something only to servers with OpenAI's wire: passed to them as they came. */
export const PassedFields = z.object({
  prompt_cache_retention: z.enum(["in_memory", "24h"]).nullish(),
  prompt_cache_options: z
    .object({ ttl: z.string().max(64).nullish(), mode: z.enum(["implicit", "explicit"]).nullish() })
    .nullish(),
  user: z.string().nullish(),
  moderation: ModerationInput.nullish(),
});

/** Those of `reasoning`. */
export const PassedReasoning = z.object({
  mode: z.string().max(64).nullish(),
  context: z.enum(["auto", "current_turn", "all_turns"]).nullish(),
});

interface Passable extends z.infer<typeof PassedFields> {
  reasoning?: z.infer<typeof PassedReasoning> | null | undefined;
}

/** What of a request goes to servers with OpenAI's wire alone. Each stands here only when the caller gave it. */
export type PassedSettings = {
  prompt_cache_retention?: string;
  prompt_cache_options?: { ttl?: string; mode?: string };
  user?: string;
  moderation?: z.infer<typeof ModerationInput>;
  reasoning?: { mode?: string; context?: string };
  /** Of chat completions: what much of the answer is expected to be. */
  prediction?: unknown;
};

/** The fields to pass on, without those that the caller did not give; `reasoning` holds what of it is passed only. */
export function passedFields(body: Passable): PassedSettings {
  const { prompt_cache_retention, user, moderation } = body;
  const { mode, context } = body.reasoning ?? {};
  const passed = {
    ...{ prompt_cache_retention, user, moderation },
    prompt_cache_options: given(body.prompt_cache_options),
    reasoning: given({ mode, context }),
  };
  return given(passed) ?? {};
}

/** Throws RequestProblem `unsupported_parameter` for the first of the fields that a body has. */
export function refuseFields(body: object, names: readonly string[]): void {
  const fields = new Map(Object.entries(body));
  const param = names.find((name) => fields.get(name) != null);
  if (param === undefined) return;
  const message = `Unsupported parameter: '${param}' is not supported by this server. Leave it out.`;
  throw new RequestProblem("invalid_value", message, { param, wireCode: "unsupported_parameter" });
}
