import { recordAudit } from "#server/auth/audit";
import { clock } from "#server/clock";
import { inTransaction } from "#server/db/client";
import { mapped } from "#server/db/mapped";
import { findPromptVersion, type PromptScope, updatePrompt as storeChange } from "#server/db/prompts";
import type { ServiceContext } from "#server/services/context";
import { getPrompt } from "#server/services/prompts/get-prompt";
import {
  type PromptObject,
  promptNotFound,
  promptVersionNotFound,
  versionNumber,
} from "#server/services/prompts/prompt-object";

export interface UpdatePromptInput {
  promptId: string;
  name?: string | null | undefined;
  /** A version that exists. */
  defaultVersion?: string | null | undefined;
}

async function existingVersion(scope: PromptScope, version: string): Promise<number> {
  const number = versionNumber(version);
  const row = number === null ? null : await findPromptVersion(scope, number);
  if (!row) throw promptVersionNotFound(scope.promptId, version, "default_version");
  return row.version;
}

/**
 * Changes a prompt's name or the version that requests get which name none; what is absent stays.
 * @throws AppError not_found, database_unavailable
 */
export async function updatePrompt({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: UpdatePromptInput;
}): Promise<PromptObject> {
  const { promptId, name } = input;
  const scope = { teamId: ctx.principal.teamId, promptId };
  await getPrompt({ ctx, input: { promptId } });
  const change = {
    ...(name == null ? {} : { name }),
    ...(input.defaultVersion == null ? {} : { defaultVersion: await existingVersion(scope, input.defaultVersion) }),
  };
  await mapped(() =>
    inTransaction(async (tx) => {
      const found = await storeChange(scope, { ...change, updatedAt: new Date(clock().now()) }, tx);
      if (!found) throw promptNotFound(promptId);
      await recordAudit(ctx.principal, { action: "prompt.update", resourceId: promptId, detail: change }, tx);
    }),
  );
  return getPrompt({ ctx, input: { promptId } });
}
