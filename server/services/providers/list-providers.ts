import { requirePermission } from "#server/auth/permissions";
import { listConnections } from "#server/db/connections";
import type { ServiceContext } from "#server/services/context";
import { fixedConnections } from "#server/services/models/environment-connections";
import { type ConnectionView, toConnectionView, toFixedView } from "#server/services/providers/connection-view";

/** The team's connections in its order, then those of the environment that it does not name itself, then the built-in. */
export async function listProviders({ ctx }: { ctx: ServiceContext }): Promise<ConnectionView[]> {
  requirePermission(ctx.principal, "providers.read");
  const own = (await listConnections(ctx.principal.teamId)).map(toConnectionView);
  const names = new Set(own.map((connection) => connection.name));
  const fixed = fixedConnections().filter((connection) => !names.has(connection.name));
  return [...own, ...fixed.map((connection, index) => toFixedView(connection, own.length + index))];
}
