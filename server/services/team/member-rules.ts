import type { Principal, Role } from "#server/auth/principal";
import type { TransactionClient } from "#server/db/client";
import { countOwners, findMembership, type MembershipRow } from "#server/db/memberships";
import { AppError } from "#server/errors";

/**
 * Only owners make, change or remove owners.
 * @throws AppError permission_denied
 */
export function requireMayTouch(principal: Principal, roles: (Role | string)[]): void {
  if (!roles.includes("owner")) return;
  if (principal.type === "system" || (principal.type === "user" && principal.role === "owner")) return;
  throw new AppError("permission_denied", "Only an owner can do this to an owner.");
}

/**
 * A team always keeps an owner. Call it with the team locked.
 * @throws AppError invalid_request
 */
export async function requireAnotherOwner(member: MembershipRow, tx: TransactionClient): Promise<void> {
  if (member.role !== "owner" || (await countOwners(member.teamId, tx)) > 1) return;
  throw new AppError("invalid_request", "A team needs an owner. Make somebody else an owner first.");
}

/** @throws AppError not_found for somebody who is unknown or in another team */
export async function requireMember(
  key: { teamId: string; userId: string },
  tx: TransactionClient,
): Promise<MembershipRow> {
  const member = await findMembership(key, tx);
  if (!member) throw new AppError("not_found", "No such member.");
  return member;
}
