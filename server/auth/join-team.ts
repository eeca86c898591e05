import { recordAudit } from "#server/auth/audit";
import { hashOneTimeToken } from "#server/auth/one-time-token";
import { clock } from "#server/clock";
import type { TransactionClient } from "#server/db/client";
import { takeInvitation } from "#server/db/invitations";
import { findMembership, insertMembership } from "#server/db/memberships";
import { AppError } from "#server/errors";

/**
 * Uses an invitation up and adds the person to its team. Of several callers with one link, one succeeds; who is a
 * member already keeps their role and the link stays good.
 * @throws AppError not_found when the link is unknown, used, revoked or over; invalid_request for a member
 */
export async function joinByInvitation(
  input: { token: string; userId: string },
  tx: TransactionClient,
): Promise<{ teamId: string; role: string }> {
  const now = new Date(clock().now());
  const invitation = await takeInvitation({ tokenHash: hashOneTimeToken(input.token), now }, tx);
  if (!invitation) throw deadInvitation();
  const { id, teamId, role } = invitation;
  if (await findMembership({ teamId, userId: input.userId }, tx)) {
    throw new AppError("invalid_request", "You are a member of this team already.");
  }
  await insertMembership({ teamId, userId: input.userId, role }, tx);
  const detail = { role, userId: input.userId };
  await recordAudit({ type: "system", teamId }, { action: "invitation.accept", resourceId: id, detail }, tx);
  return { teamId, role };
}

/** What every dead link answers, whatever it died of. */
export function deadInvitation(): AppError {
  return new AppError("not_found", "This invitation is not valid any more. Ask for a new one.", { param: "token" });
}
