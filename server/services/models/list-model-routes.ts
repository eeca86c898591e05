import { requirePermission } from "#server/auth/permissions";
import { listModelRoutes as listRows, type ModelRouteRow } from "#server/db/model-routes";
import type { ServiceContext } from "#server/services/context";

export type ModelRouteView = Omit<ModelRouteRow, "teamId">;

/** What of a stored alias is shown. */
export function toModelRouteView({ id, alias, targets, createdAt }: ModelRouteRow): ModelRouteView {
  return { id, alias, targets, createdAt };
}

/** The team's aliases by name. */
export async function listModelRoutes({ ctx }: { ctx: ServiceContext }): Promise<ModelRouteView[]> {
  requirePermission(ctx.principal, "models.read");
  return (await listRows(ctx.principal.teamId)).map(toModelRouteView);
}
