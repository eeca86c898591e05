import { z } from "zod";
import { recordAudit } from "#server/auth/audit";
import { hashOneTimeToken } from "#server/auth/one-time-token";
import { hashPassword, Password } from "#server/auth/password";
import { invalidateSessions } from "#server/auth/session";
import { forgetAccountAttempts } from "#server/auth/sign-in-limit";
import { clock } from "#server/clock";
import { inTransaction } from "#server/db/client";
import { findOwnedTeamId } from "#server/db/memberships";
import { revokeSessionsOf } from "#server/db/sessions";
import { isSetupTokenUsable, takeSetupToken } from "#server/db/setup-tokens";
import { findUserByEmail, updatePasswordHash } from "#server/db/users";
import { AppError } from "#server/errors";
import { systemContext } from "#server/services/setup/system-context";

export const RecoverOwnerInput = z.object({
  token: z.string().min(1).max(200),
  /** Which owner; `setup.state` lists them for whoever holds the link. */
  email: z.email("Enter a valid email address.").max(254),
  password: Password,
});

/**
 * Gives an owner a new password by a link of `npm run setup-link`, and ends all sessions of that account.
 * @throws AppError permission_denied when the link is unknown, used or over; invalid_value when no owner has that email
 */
export async function recoverOwner({
  input,
}: {
  input: z.infer<typeof RecoverOwnerInput>;
}): Promise<{ email: string }> {
  const tokenHash = hashOneTimeToken(input.token);
  const now = new Date(clock().now());
  if (!(await isSetupTokenUsable(tokenHash, now))) throw deadLink();
  const passwordHash = await hashPassword(input.password);

  const { email, revoked } = await inTransaction(async (tx) => {
    const user = await findUserByEmail(input.email, tx);
    const teamId = user ? await findOwnedTeamId(user.id, tx) : null;
    if (!user || !teamId) throw new AppError("invalid_value", "No owner has this email.", { param: "email" });
    if (!(await takeSetupToken({ tokenHash, now }, tx))) throw deadLink();
    await updatePasswordHash({ userId: user.id, passwordHash }, tx);
    const sessionIds = await revokeSessionsOf({ userId: user.id, exceptId: null, now }, tx);
    await recordAudit(systemContext(teamId).principal, { action: "member.recoverOwner", resourceId: user.id }, tx);
    return { email: user.email, revoked: sessionIds };
  });
  invalidateSessions(revoked);
  await forgetAccountAttempts(email);
  return { email };
}

function deadLink(): AppError {
  return new AppError("permission_denied", "This link is not valid any more. Run `npm run setup-link` for a new one.", {
    param: "token",
  });
}
