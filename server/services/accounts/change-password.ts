import { z } from "zod";
import { hashPassword, Password, passwordMatches } from "#server/auth/password";
import { invalidateSessions, type SessionIdentity } from "#server/auth/session";
import { countSignIn, signInSucceeded } from "#server/auth/sign-in-limit";
import { clock } from "#server/clock";
import { inTransaction } from "#server/db/client";
import { revokeSessionsOf } from "#server/db/sessions";
import { findUser, updatePasswordHash } from "#server/db/users";
import { AppError } from "#server/errors";

export const ChangePasswordInput = z.object({
  /** Not needed by an account that has no password yet (it signs in elsewhere). */
  currentPassword: z.string().max(200).default(""),
  newPassword: Password,
});

/**
 * Sets a new password and ends all other sessions of the account.
 * @throws AppError invalid_value (param currentPassword) when it is wrong, rate_limit_exceeded after too many tries
 */
export async function changePassword({
  session,
  address,
  input,
}: {
  session: SessionIdentity;
  address: string | null;
  input: z.infer<typeof ChangePasswordInput>;
}): Promise<{ revokedSessions: number }> {
  const user = await findUser(session.userId);
  if (!user) throw new AppError("unauthenticated", "Sign in to go on.");
  if (user.passwordHash !== null) {
    const attempt = { email: user.email, address };
    await countSignIn(attempt);
    if (!(await passwordMatches(user.passwordHash, input.currentPassword))) {
      throw new AppError("invalid_value", "The current password is not right.", { param: "currentPassword" });
    }
    await signInSucceeded(attempt);
  }
  const passwordHash = await hashPassword(input.newPassword);
  const revoked = await inTransaction(async (tx) => {
    await updatePasswordHash({ userId: user.id, passwordHash }, tx);
    return revokeSessionsOf({ userId: user.id, exceptId: session.sessionId, now: new Date(clock().now()) }, tx);
  });
  invalidateSessions(revoked);
  return { revokedSessions: revoked.length };
}
