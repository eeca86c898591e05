import { z } from "zod";
import { deadInvitation, joinByInvitation } from "#server/auth/join-team";
import { hashOneTimeToken } from "#server/auth/one-time-token";
import { hashPassword, Password } from "#server/auth/password";
import type { SessionIdentity } from "#server/auth/session";
import { clock } from "#server/clock";
import { inTransaction } from "#server/db/client";
import { findOpenInvitation } from "#server/db/invitations";
import { findUserByEmail, insertUser } from "#server/db/users";
import { AppError } from "#server/errors";
import { newId } from "#server/ids";

export const AcceptInvitationInput = z.object({
  token: z.string().min(1).max(200),
  /** The account to make; absent for somebody who is signed in. */
  account: z
    .object({
      name: z.string().trim().min(1, "Enter your name.").max(100),
      email: z.email("Enter a valid email address.").max(254),
      password: Password,
    })
    .optional(),
});

/**
 * Joins a team by an invitation's link: as the signed-in person, or with a new account (signing in is then a separate
 * step). A link admits one person.
 * @throws AppError not_found (dead link), invalid_value with param account.email (taken: sign in first),
 *   unauthenticated (neither signed in nor an account given)
 */
export async function acceptInvitation({
  session,
  input,
}: {
  session: SessionIdentity | null;
  input: z.infer<typeof AcceptInvitationInput>;
}): Promise<{ teamId: string; role: string }> {
  const { token, account } = input;
  if (session && !account) return inTransaction((tx) => joinByInvitation({ token, userId: session.userId }, tx));
  if (!account) throw new AppError("unauthenticated", "Sign in, or make an account, to accept the invitation.");

  // Asked before hashing, or strangers could keep the processor busy with links they made up.
  if (!(await findOpenInvitation(hashOneTimeToken(token), new Date(clock().now())))) throw deadInvitation();
  const passwordHash = await hashPassword(account.password);
  const userId = newId("user");
  return inTransaction(async (tx) => {
    if (await findUserByEmail(account.email, tx)) {
      throw new AppError("invalid_value", "An account with this email exists. Sign in with it first.", {
        param: "account.email",
      });
    }
    await insertUser({ id: userId, email: account.email, name: account.name, image: null, passwordHash }, tx);
    return joinByInvitation({ token, userId }, tx);
  });
}
