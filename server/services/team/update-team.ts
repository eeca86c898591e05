import { z } from "zod";
import { recordAudit } from "#server/auth/audit";
import { requirePermission } from "#server/auth/permissions";
import { inTransaction } from "#server/db/client";
import { updateTeam as storeChange, type TeamRow } from "#server/db/teams";
import type { ServiceContext } from "#server/services/context";
import { forgetTeamModels } from "#server/services/models/team-models";

export const UpdateTeamInput = z.object({
  name: z.string().trim().min(1, "Name the team.").max(100).optional(),
  /** What a request without `model` runs on: `connection/model` or an alias; null: the built-in demo model. */
  defaultModel: z.string().trim().min(1).max(200).nullable().optional(),
});

/** Changes the team's name or default model; what is absent stays. */
export async function updateTeam({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: z.infer<typeof UpdateTeamInput>;
}): Promise<TeamRow> {
  requirePermission(ctx.principal, "team.write");
  const { teamId } = ctx.principal;
  const changed = await inTransaction(async (tx) => {
    const team = await storeChange({ id: teamId, change: input }, tx);
    const detail = { name: team.name, defaultModel: team.defaultModel };
    await recordAudit(ctx.principal, { action: "team.update", resourceId: teamId, detail }, tx);
    return team;
  });
  await forgetTeamModels(teamId);
  return changed;
}
