import { z } from "zod";
import { invalidateSessions, type SessionIdentity } from "#server/auth/session";
import { findMembership } from "#server/db/memberships";
import { updateActiveTeam } from "#server/db/sessions";
import { AppError } from "#server/errors";

export const SwitchTeamInput = z.object({ teamId: z.string().max(100) });

/**
 * From now on this session acts in that team.
 * @throws AppError not_found for a team that is unknown or not theirs
 */
export async function switchTeam({
  session,
  input,
}: {
  session: SessionIdentity;
  input: z.infer<typeof SwitchTeamInput>;
}): Promise<{ teamId: string }> {
  const membership = await findMembership({ teamId: input.teamId, userId: session.userId });
  if (!membership) throw new AppError("not_found", "No such team.");
  await updateActiveTeam({ sessionId: session.sessionId, teamId: membership.teamId });
  invalidateSessions([session.sessionId]);
  return { teamId: membership.teamId };
}
