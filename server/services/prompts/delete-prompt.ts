import { recordAudit } from "#server/auth/audit";
import { inTransaction } from "#server/db/client";
import { mapped } from "#server/db/mapped";
import { deletePrompt as removePrompt } from "#server/db/prompts";
import type { ServiceContext } from "#server/services/context";
import { promptNotFound } from "#server/services/prompts/prompt-object";

/**
 * Deletes a prompt with all its versions. Requests that name it are refused from now on.
 * @throws AppError not_found, database_unavailable
 */
export async function deletePrompt({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: { promptId: string };
}): Promise<{ id: string; object: "prompt.deleted"; deleted: true }> {
  const { promptId } = input;
  await mapped(() =>
    inTransaction(async (tx) => {
      const found = await removePrompt({ teamId: ctx.principal.teamId, promptId }, tx);
      if (!found) throw promptNotFound(promptId);
      await recordAudit(ctx.principal, { action: "prompt.delete", resourceId: promptId }, tx);
    }),
  );
  return { id: promptId, object: "prompt.deleted", deleted: true };
}
