import { z } from "zod";
import { recordAudit } from "#server/auth/audit";
import { makeOneTimeToken } from "#server/auth/one-time-token";
import { ROLES, requirePermission } from "#server/auth/permissions";
import { clock } from "#server/clock";
import { config } from "#server/config";
import { inTransaction } from "#server/db/client";
import { insertInvitation } from "#server/db/invitations";
import { newId } from "#server/ids";
import type { ServiceContext } from "#server/services/context";
import { requireMayTouch } from "#server/services/team/member-rules";

export const InviteInput = z.object({
  role: z.enum(ROLES),
  /** A note for the list: the link alone admits. */
  email: z.email("Enter a valid email address.").max(254).nullish(),
});

/**
 * Makes a one-time link that admits one person with that role, for INVITATION_TTL_SECONDS. `link` is path only
 * (`/invite/<token>`), shown this once; the database has its hash.
 * @throws AppError permission_denied (only owners invite owners)
 */
export async function invite({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: z.infer<typeof InviteInput>;
}): Promise<{ id: string; link: string; expiresAt: Date }> {
  requirePermission(ctx.principal, "invitations.manage");
  requireMayTouch(ctx.principal, [input.role]);
  const { token, hash } = makeOneTimeToken();
  const now = clock().now();
  const row = {
    id: newId("invitation"),
    teamId: ctx.principal.teamId,
    tokenHash: hash,
    role: input.role,
    email: input.email ?? null,
    createdById: ctx.principal.type === "user" ? ctx.principal.userId : null,
    createdAt: new Date(now),
    expiresAt: new Date(now + config().INVITATION_TTL_SECONDS),
  };
  await inTransaction(async (tx) => {
    await insertInvitation(row, tx);
    await recordAudit(
      ctx.principal,
      { action: "invitation.create", resourceId: row.id, detail: { role: row.role } },
      tx,
    );
  });
  return { id: row.id, link: `/invite/${token}`, expiresAt: row.expiresAt };
}
