import { z } from "zod";
import { recordAudit } from "#server/auth/audit";
import { requirePermission } from "#server/auth/permissions";
import { clock } from "#server/clock";
import { inTransaction } from "#server/db/client";
import { revokeInvitation as storeRevocation } from "#server/db/invitations";
import { AppError } from "#server/errors";
import type { ServiceContext } from "#server/services/context";

export const RevokeInvitationInput = z.object({ id: z.string().max(100) });

/**
 * Makes an invitation's link void.
 * @throws AppError not_found for one that is unknown, another team's, used or revoked
 */
export async function revokeInvitation({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: z.infer<typeof RevokeInvitationInput>;
}): Promise<{ id: string }> {
  requirePermission(ctx.principal, "invitations.manage");
  await inTransaction(async (tx) => {
    const key = { teamId: ctx.principal.teamId, id: input.id, now: new Date(clock().now()) };
    if (!(await storeRevocation(key, tx))) throw new AppError("not_found", "No such invitation.");
    await recordAudit(ctx.principal, { action: "invitation.revoke", resourceId: input.id }, tx);
  });
  return input;
}
