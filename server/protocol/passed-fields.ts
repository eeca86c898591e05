import { z } from "zod";
import { RequestProblem } from "#server/protocol/problem";

/** Request fields that say something only to servers with OpenAI's wire: passed to them as they came. */
export const PassedFields = z.object({
  prompt_cache_retention: z.enum(["in_memory", "24h"]).nullish(),
  prompt_cache_options: z
    .object({ ttl: z.string().max(64).nullish(), mode: z.enum(["implicit", "explicit"]).nullish() })
    .nullish(),
  user: z.string().nullish(),
});

/** Those of `reasoning`. */
export const PassedReasoning = z.object({
  mode: z.string().max(64).nullish(),
  context: z.enum(["auto", "current_turn", "all_turns"]).nullish(),
});

interface Passable extends z.infer<typeof PassedFields> {
  reasoning?: z.infer<typeof PassedReasoning> | null | undefined;
}

const given = (fields: object) => Object.fromEntries(Object.entries(fields).filter(([, value]) => value != null));

/** The fields to pass on, without those that the caller did not give; `reasoning` holds what of it is passed only. */
export function passedFields(body: Passable): Record<string, unknown> {
  const { prompt_cache_retention, prompt_cache_options, user } = body;
  const reasoning = given({ mode: body.reasoning?.mode, context: body.reasoning?.context });
  return {
    ...given({ prompt_cache_retention, user }),
    ...(prompt_cache_options ? { prompt_cache_options: given(prompt_cache_options) } : {}),
    ...(Object.keys(reasoning).length > 0 ? { reasoning } : {}),
  };
}

/** Fields of OpenAI's that no provider is asked for here: each is refused when it is given. */
export const RefusedFields = z.object({ moderation: z.unknown().optional() });

/** Throws RequestProblem `unsupported_parameter` for the first of the fields that a body has. */
export function refuseFields(body: object, names: readonly string[]): void {
  const fields = new Map(Object.entries(body));
  const param = names.find((name) => fields.get(name) != null);
  if (param === undefined) return;
  const message = `Unsupported parameter: '${param}' is not supported by this server. Leave it out.`;
  throw new RequestProblem("invalid_value", message, { param, wireCode: "unsupported_parameter" });
}
