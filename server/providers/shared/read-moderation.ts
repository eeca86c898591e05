import type { Moderation, ModerationOutcome } from "#server/protocol/moderation";
import { type JsonObject, listOf, objectOf, stringOf } from "#server/providers/shared/json";

/** Chat completions list what was found of each choice; of several, that which was flagged speaks for all. */
function resultIn(outcome: JsonObject): JsonObject | null {
  const results = listOf(outcome.results).map(objectOf);
  const result = results.find((each) => each?.flagged === true) ?? results[0];
  return result ? { type: "moderation_result", model: outcome.model, ...result } : null;
}

function readOutcome(value: unknown): ModerationOutcome | null {
  const given = objectOf(value);
  const outcome = given?.type === "moderation_results" ? resultIn(given) : given;
  const type = stringOf(outcome?.type);
  return outcome && type !== null ? { ...outcome, type } : null;
}

/** What a server says of its moderation, in the form of either of OpenAI's APIs; null when it says nothing of the kind. */
export function readModeration(value: unknown): Moderation | null {
  const moderation = objectOf(value);
  const input = readOutcome(moderation?.input);
  const output = readOutcome(moderation?.output);
  return input && output ? { input, output } : null;
}
