import { z } from "zod";
import { recordAudit } from "#server/auth/audit";
import { ROLES, requirePermission } from "#server/auth/permissions";
import { inTransaction } from "#server/db/client";
import { updateMembershipRole } from "#server/db/memberships";
import { lockTeam } from "#server/db/teams";
import type { ServiceContext } from "#server/services/context";
import { requireAnotherOwner, requireMayTouch, requireMember } from "#server/services/team/member-rules";

export const UpdateMemberInput = z.object({ userId: z.string().max(100), role: z.enum(ROLES) });

/**
 * Changes a member's role; it counts from their next request on.
 * @throws AppError not_found, permission_denied (owners are for owners), invalid_request (the last owner stays)
 */
export async function updateMember({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: z.infer<typeof UpdateMemberInput>;
}): Promise<z.infer<typeof UpdateMemberInput>> {
  requirePermission(ctx.principal, "members.manage");
  const key = { teamId: ctx.principal.teamId, userId: input.userId };
  await inTransaction(async (tx) => {
    await lockTeam(key.teamId, tx);
    const member = await requireMember(key, tx);
    requireMayTouch(ctx.principal, [member.role, input.role]);
    if (input.role !== "owner") await requireAnotherOwner(member, tx);
    await updateMembershipRole({ ...key, role: input.role }, tx);
    const detail = { from: member.role, to: input.role };
    await recordAudit(ctx.principal, { action: "member.update", resourceId: input.userId, detail }, tx);
  });
  return input;
}
