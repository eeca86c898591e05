import { requirePermission } from "#server/auth/permissions";
import { clock } from "#server/clock";
import { type InvitationRow, listInvitations as selectInvitations } from "#server/db/invitations";
import { namesOfUsers } from "#server/db/users";
import type { ServiceContext } from "#server/services/context";

export interface InvitationView {
  id: string;
  role: string;
  email: string | null;
  createdBy: string | null;
  createdAt: Date;
  expiresAt: Date;
  status: "open" | "accepted" | "revoked" | "expired";
}

/** The team's latest invitations, the newest first. Their links are shown only when they are made. */
export async function listInvitations({ ctx }: { ctx: ServiceContext }): Promise<InvitationView[]> {
  requirePermission(ctx.principal, "invitations.read");
  const rows = await selectInvitations(ctx.principal.teamId);
  const names = await namesOfUsers([...new Set(rows.flatMap((row) => row.createdById ?? []))]);
  return rows.map((row) => {
    const { id, role, email, createdAt, expiresAt } = row;
    return {
      id,
      role,
      email,
      createdAt,
      expiresAt,
      createdBy: names.get(row.createdById ?? "") ?? null,
      status: statusOf(row),
    };
  });
}

function statusOf(row: InvitationRow): InvitationView["status"] {
  if (row.acceptedAt) return "accepted";
  if (row.revokedAt) return "revoked";
  return row.expiresAt.getTime() <= clock().now() ? "expired" : "open";
}
