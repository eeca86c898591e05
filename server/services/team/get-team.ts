import { requirePermission } from "#server/auth/permissions";
import { findTeam, type TeamRow } from "#server/db/teams";
import { AppError } from "#server/errors";
import type { ServiceContext } from "#server/services/context";

/** The active team. */
export async function getTeam({ ctx }: { ctx: ServiceContext }): Promise<TeamRow> {
  requirePermission(ctx.principal, "team.read");
  const team = await findTeam(ctx.principal.teamId);
  if (!team) throw new AppError("not_found", "No such team.");
  return team;
}
