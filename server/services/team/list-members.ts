import { requirePermission } from "#server/auth/permissions";
import { type MemberRow, listMembers as selectMembers } from "#server/db/memberships";
import type { ServiceContext } from "#server/services/context";

/** Everybody in the team, the earliest first. */
export async function listMembers({ ctx }: { ctx: ServiceContext }): Promise<(MemberRow & { you: boolean })[]> {
  requirePermission(ctx.principal, "members.read");
  const { principal } = ctx;
  const rows = await selectMembers(principal.teamId);
  return rows.map((row) => ({ ...row, you: principal.type === "user" && principal.userId === row.userId }));
}
