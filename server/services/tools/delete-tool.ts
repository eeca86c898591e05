import { z } from "zod";
import { recordAudit } from "#server/auth/audit";
import { requirePermission } from "#server/auth/permissions";
import { inTransaction } from "#server/db/client";
import { deleteSavedTool, findSavedTool } from "#server/db/saved-tools";
import type { ServiceContext } from "#server/services/context";
import { requireTool } from "#server/services/tools/tool-rules";

export const DeleteToolInput = z.object({ id: z.string().max(100) });

/**
 * Removes a tool and its secrets, also from the keys that name it.
 * @throws AppError not_found, permission_denied
 */
export async function deleteTool({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: z.infer<typeof DeleteToolInput>;
}): Promise<{ id: string }> {
  requirePermission(ctx.principal, "tools.manage");
  const key = { teamId: ctx.principal.teamId, id: input.id };
  await inTransaction(async (tx) => {
    const row = requireTool(await findSavedTool(key, tx));
    await deleteSavedTool(key, tx);
    const detail = { name: row.name, kind: row.kind };
    await recordAudit(ctx.principal, { action: "tool.delete", resourceId: input.id, detail }, tx);
  });
  return { id: input.id };
}
