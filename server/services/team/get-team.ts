import { requirePermission } from "#server/auth/permissions";
import { config } from "#server/config";
import { findTeam, type TeamRow } from "#server/db/teams";
import { AppError } from "#server/errors";
import type { ServiceContext } from "#server/services/context";

export interface TeamView extends TeamRow {
  /** The most days that this server keeps traces: TRACE_RETENTION_DAYS. A team's own wish counts below it. */
  maxTraceRetentionDays: number;
}

/** The active team. */
export async function getTeam({ ctx }: { ctx: ServiceContext }): Promise<TeamView> {
  requirePermission(ctx.principal, "team.read");
  const team = await findTeam(ctx.principal.teamId);
  if (!team) throw new AppError("not_found", "No such team.");
  return { ...team, maxTraceRetentionDays: config().TRACE_RETENTION_DAYS };
}
