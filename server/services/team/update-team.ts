import { z } from "zod";
import { recordAudit } from "#server/auth/audit";
import { requirePermission } from "#server/auth/permissions";
import { config } from "#server/config";
import { inTransaction } from "#server/db/client";
import { updateTeam as storeChange, type TeamRow } from "#server/db/teams";
import { AppError } from "#server/errors";
import type { ServiceContext } from "#server/services/context";
import { forgetTeamModels } from "#server/services/models/team-models";

const MAX_DAYS = 3_650;
const days = z
  .number()
  .int("Give a whole number of days.")
  .min(1, "Give at least one day.")
  .max(MAX_DAYS, `Give at most ${MAX_DAYS} days.`);

export const UpdateTeamInput = z.object({
  name: z.string().trim().min(1, "Name the team.").max(100).optional(),
  /** What a request without `model` runs on: `connection/model` or an alias; null: the built-in demo model. */
  defaultModel: z.string().trim().min(1).max(200).nullable().optional(),
  /** Days that stored responses are kept, and traces. */
  responseRetentionDays: days.optional(),
  traceRetentionDays: days.optional(),
});

/** Traces live no longer than the operator allows. */
function checkTraceDays(wanted: number | undefined): void {
  const { TRACE_RETENTION_DAYS: most } = config();
  if (wanted === undefined || wanted <= most) return;
  const message = `This server keeps traces for at most ${most} days (TRACE_RETENTION_DAYS).`;
  throw new AppError("invalid_value", message, { param: "traceRetentionDays" });
}

/**
 * Changes the team's name, default model or retention; what is absent stays.
 * @throws AppError permission_denied; invalid_value for traces kept longer than this server does; database_unavailable
 */
export async function updateTeam({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: z.infer<typeof UpdateTeamInput>;
}): Promise<TeamRow> {
  requirePermission(ctx.principal, "team.write");
  checkTraceDays(input.traceRetentionDays);
  const { teamId } = ctx.principal;
  const changed = await inTransaction(async (tx) => {
    const team = await storeChange({ id: teamId, change: input }, tx);
    const { name, defaultModel, responseRetentionDays, traceRetentionDays } = team;
    const detail = { name, defaultModel, responseRetentionDays, traceRetentionDays };
    await recordAudit(ctx.principal, { action: "team.update", resourceId: teamId, detail }, tx);
    return team;
  });
  await forgetTeamModels(teamId);
  return changed;
}
