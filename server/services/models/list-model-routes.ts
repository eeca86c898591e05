import { requirePermission } from "#server/auth/permissions";
import { listModelRoutes as listRows } from "#server/db/model-routes";
import type { ServiceContext } from "#server/services/context";
import { type ModelRouteView, toModelRouteView } from "#server/services/models/model-route-view";

/** The team's aliases by name, with the state of their targets' circuit breakers on this node. */
export async function listModelRoutes({ ctx }: { ctx: ServiceContext }): Promise<ModelRouteView[]> {
  requirePermission(ctx.principal, "models.read");
  return Promise.all((await listRows(ctx.principal.teamId)).map(toModelRouteView));
}
