import { findPrompt } from "#server/db/prompts";
import type { ServiceContext } from "#server/services/context";
import { type PromptObject, promptNotFound, toPromptObject } from "#server/services/prompts/prompt-object";

/**
 * The team's prompt.
 * @throws AppError not_found, database_unavailable
 */
export async function getPrompt({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: { promptId: string };
}): Promise<PromptObject> {
  const row = await findPrompt({ teamId: ctx.principal.teamId, promptId: input.promptId });
  if (!row) throw promptNotFound(input.promptId);
  return toPromptObject(row);
}
