import { findPromptVersion } from "#server/db/prompts";
import type { ServiceContext } from "#server/services/context";
import { getPrompt } from "#server/services/prompts/get-prompt";
import {
  type PromptVersionObject,
  promptVersionNotFound,
  toPromptVersionObject,
  versionNumber,
} from "#server/services/prompts/prompt-object";

/**
 * One version of the team's prompt.
 * @throws AppError not_found, database_unavailable
 */
export async function getPromptVersion({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: { promptId: string; version: string };
}): Promise<PromptVersionObject> {
  const { promptId, version } = input;
  const number = versionNumber(version);
  const row = number === null ? null : await findPromptVersion({ teamId: ctx.principal.teamId, promptId }, number);
  if (row) return toPromptVersionObject(row);
  await getPrompt({ ctx, input: { promptId } });
  throw promptVersionNotFound(promptId, version);
}
