import { z } from "zod";
import { recordAudit } from "#server/auth/audit";
import { requirePermission } from "#server/auth/permissions";
import { inTransaction } from "#server/db/client";
import { deleteModelRoute } from "#server/db/model-routes";
import { AppError } from "#server/errors";
import type { ServiceContext } from "#server/services/context";
import { forgetTeamModels } from "#server/services/models/team-models";

export const RemoveModelRouteInput = z.object({ id: z.string().max(100) });

/**
 * Removes an alias; requests that name it are refused from now on.
 * @throws AppError not_found, permission_denied
 */
export async function removeModelRoute({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: z.infer<typeof RemoveModelRouteInput>;
}): Promise<{ id: string }> {
  requirePermission(ctx.principal, "models.manage");
  const { teamId } = ctx.principal;
  await inTransaction(async (tx) => {
    const removed = await deleteModelRoute({ teamId, id: input.id }, tx);
    if (!removed) throw new AppError("not_found", "No such alias.");
    const detail = { alias: removed.alias, targets: removed.targets };
    await recordAudit(ctx.principal, { action: "modelRoute.remove", resourceId: input.id, detail }, tx);
  });
  await forgetTeamModels(teamId);
  return { id: input.id };
}
