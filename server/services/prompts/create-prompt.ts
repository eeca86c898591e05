import { recordAudit } from "#server/auth/audit";
import { clock } from "#server/clock";
import { inTransaction } from "#server/db/client";
import { mapped } from "#server/db/mapped";
import { insertPrompt } from "#server/db/prompts";
import { newId } from "#server/ids";
import type { PromptTemplate } from "#server/protocol/prompt-templates";
import type { ServiceContext } from "#server/services/context";
import { type PromptObject, toPromptObject } from "#server/services/prompts/prompt-object";

/**
 * Makes a prompt; the template is its version 1.
 * @throws AppError database_unavailable
 */
export async function createPrompt({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: { name: string; template: PromptTemplate };
}): Promise<PromptObject> {
  const now = new Date(clock().now());
  const row = {
    ...{ id: newId("prompt"), name: input.name, defaultVersion: 1, latestVersion: 1 },
    ...{ createdAt: now, updatedAt: now },
  };
  await mapped(() =>
    inTransaction(async (tx) => {
      await insertPrompt(ctx.principal.teamId, { ...row, template: input.template }, tx);
      await recordAudit(ctx.principal, { action: "prompt.create", resourceId: row.id, detail: { name: row.name } }, tx);
    }),
  );
  return toPromptObject(row);
}
