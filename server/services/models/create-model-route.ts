import type { z } from "zod";
import { recordAudit } from "#server/auth/audit";
import { requirePermission } from "#server/auth/permissions";
import { clock } from "#server/clock";
import { inTransaction } from "#server/db/client";
import { insertModelRoute } from "#server/db/model-routes";
import { newId } from "#server/ids";
import type { ServiceContext } from "#server/services/context";
import { type ModelRouteView, toModelRouteView } from "#server/services/models/model-route-view";
import {
  arrangeTargets,
  ModelRouteSettings,
  requireTargets,
  toAliasError,
} from "#server/services/models/route-settings";
import { forgetTeamModels } from "#server/services/models/team-models";

export const CreateModelRouteInput = ModelRouteSettings;

/**
 * Adds an alias: one name for an ordered list of models, those of one priority sharing the requests by weight.
 * @throws AppError invalid_value for a target that no connection answers, targets that do not go together or an alias
 * that exists; permission_denied
 */
export async function createModelRoute({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: z.infer<typeof CreateModelRouteInput>;
}): Promise<ModelRouteView> {
  requirePermission(ctx.principal, "models.manage");
  const { teamId } = ctx.principal;
  await requireTargets(teamId, input.targets);
  const { alias } = input;
  const targets = arrangeTargets(input.targets);
  const row = { id: newId("modelRoute"), teamId, alias, targets, createdAt: new Date(clock().now()) };
  try {
    await inTransaction(async (tx) => {
      await insertModelRoute(row, tx);
      const detail = { alias, targets };
      await recordAudit(ctx.principal, { action: "modelRoute.create", resourceId: row.id, detail }, tx);
    });
  } catch (error) {
    throw toAliasError(error, alias);
  }
  await forgetTeamModels(teamId);
  return await toModelRouteView(row);
}
