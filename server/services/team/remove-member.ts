import { z } from "zod";
import { recordAudit } from "#server/auth/audit";
import { requirePermission } from "#server/auth/permissions";
import { inTransaction } from "#server/db/client";
import { deleteMemberAccounts } from "#server/db/mcp-oauth-accounts";
import { deleteMembership } from "#server/db/memberships";
import { lockTeam } from "#server/db/teams";
import type { ServiceContext } from "#server/services/context";
import { requireAnotherOwner, requireMayTouch, requireMember } from "#server/services/team/member-rules";

export const RemoveMemberInput = z.object({ userId: z.string().max(100) });

/**
 * Takes somebody out of the team; their account and the keys they made stay, those they connected at servers do not.
 * @throws AppError not_found, permission_denied (owners are for owners), invalid_request (the last owner stays)
 */
export async function removeMember({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: z.infer<typeof RemoveMemberInput>;
}): Promise<{ userId: string }> {
  requirePermission(ctx.principal, "members.manage");
  const key = { teamId: ctx.principal.teamId, userId: input.userId };
  await inTransaction(async (tx) => {
    await lockTeam(key.teamId, tx);
    const member = await requireMember(key, tx);
    requireMayTouch(ctx.principal, [member.role]);
    await requireAnotherOwner(member, tx);
    await deleteMembership(key, tx);
    await deleteMemberAccounts(key, tx);
    await recordAudit(
      ctx.principal,
      { action: "member.remove", resourceId: input.userId, detail: { role: member.role } },
      tx,
    );
  });
  return input;
}
