import { recordAudit } from "#server/auth/audit";
import { clock } from "#server/clock";
import { inTransaction } from "#server/db/client";
import { mapped } from "#server/db/mapped";
import { insertPromptVersion } from "#server/db/prompts";
import type { PromptTemplate } from "#server/protocol/prompt-templates";
import type { ServiceContext } from "#server/services/context";
import {
  type PromptVersionObject,
  promptNotFound,
  toPromptVersionObject,
} from "#server/services/prompts/prompt-object";

/**
 * Adds a version to a prompt. Requests that name no version go on getting the default one, unless this is made it.
 * @throws AppError not_found, database_unavailable
 */
export async function createPromptVersion({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: { promptId: string; template: PromptTemplate; makeDefault: boolean };
}): Promise<PromptVersionObject> {
  const { promptId, template, makeDefault } = input;
  const now = new Date(clock().now());
  const version = await mapped(() =>
    inTransaction(async (tx) => {
      const scope = { teamId: ctx.principal.teamId, promptId };
      const made = await insertPromptVersion(scope, { template, makeDefault, now }, tx);
      if (made === null) throw promptNotFound(promptId);
      const detail = { version: made, makeDefault };
      await recordAudit(ctx.principal, { action: "prompt.version", resourceId: promptId, detail }, tx);
      return made;
    }),
  );
  return toPromptVersionObject({ promptId, version, template, createdAt: now });
}
