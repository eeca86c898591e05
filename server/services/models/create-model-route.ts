import { z } from "zod";
import { recordAudit } from "#server/auth/audit";
import { requirePermission } from "#server/auth/permissions";
import { clock } from "#server/clock";
import { inTransaction } from "#server/db/client";
import { isUniqueViolation } from "#server/db/database-errors";
import { insertModelRoute } from "#server/db/model-routes";
import { AppError } from "#server/errors";
import { newId } from "#server/ids";
import type { ServiceContext } from "#server/services/context";
import { chooseTarget } from "#server/services/models/choose-target";
import { type ModelRouteView, toModelRouteView } from "#server/services/models/list-model-routes";
import { forgetTeamModels, loadTeamModels } from "#server/services/models/team-models";

export const CreateModelRouteInput = z.object({
  alias: z
    .string()
    .trim()
    .min(1, "Name the alias.")
    .max(100)
    .regex(/^[^\s@]+$/, "An alias has no spaces and no @."),
  targets: z.array(z.string().trim().min(1).max(200)).min(1, "Name at least one model.").max(10),
});

/**
 * Adds an alias: one name for an ordered list of models.
 * @throws AppError invalid_value for a target that no connection answers or an alias that exists; permission_denied
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
  const team = await loadTeamModels(teamId);
  for (const [index, name] of input.targets.entries()) {
    const target = await chooseTarget({ team, name, provider: null, callerKey: null, passthrough: false });
    if (target) continue;
    throw new AppError("invalid_value", `No connection answers '${name}'. Write it as connection/model.`, {
      param: `targets[${index}]`,
    });
  }
  const row = { id: newId("modelRoute"), teamId, ...input, createdAt: new Date(clock().now()) };
  try {
    await inTransaction(async (tx) => {
      await insertModelRoute(row, tx);
      await recordAudit(ctx.principal, { action: "modelRoute.create", resourceId: row.id, detail: { ...input } }, tx);
    });
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    throw new AppError("invalid_value", `The alias '${input.alias}' exists already.`, { param: "alias" });
  }
  await forgetTeamModels(teamId);
  return toModelRouteView(row);
}
