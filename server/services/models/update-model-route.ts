import { z } from "zod";
import { recordAudit } from "#server/auth/audit";
import { requirePermission } from "#server/auth/permissions";
import { inTransaction } from "#server/db/client";
import { updateModelRoute as updateRow } from "#server/db/model-routes";
import { AppError } from "#server/errors";
import type { ServiceContext } from "#server/services/context";
import { type ModelRouteView, toModelRouteView } from "#server/services/models/model-route-view";
import {
  arrangeTargets,
  ModelRouteSettings,
  requireTargets,
  toAliasError,
} from "#server/services/models/route-settings";
import { forgetTeamModels } from "#server/services/models/team-models";

export const UpdateModelRouteInput = ModelRouteSettings.extend({ id: z.string().max(100) });

/**
 * Gives an alias another name or other targets. Requests that run keep theirs.
 * @throws AppError not_found, invalid_value as at its making, permission_denied
 */
export async function updateModelRoute({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: z.infer<typeof UpdateModelRouteInput>;
}): Promise<ModelRouteView> {
  requirePermission(ctx.principal, "models.manage");
  const { teamId } = ctx.principal;
  const { id, alias } = input;
  await requireTargets(teamId, input.targets);
  const change = { alias, targets: arrangeTargets(input.targets) };
  try {
    const row = await inTransaction(async (tx) => {
      const updated = await updateRow({ teamId, id, change }, tx);
      if (!updated) throw new AppError("not_found", "No such alias.");
      await recordAudit(ctx.principal, { action: "modelRoute.update", resourceId: id, detail: change }, tx);
      return updated;
    });
    await forgetTeamModels(teamId);
    return await toModelRouteView(row);
  } catch (error) {
    throw toAliasError(error, alias);
  }
}
