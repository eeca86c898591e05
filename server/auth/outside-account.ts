import { joinByInvitation } from "#server/auth/join-team";
import { hashOneTimeToken } from "#server/auth/one-time-token";
import { clock } from "#server/clock";
import { inTransaction } from "#server/db/client";
import { findOpenInvitation } from "#server/db/invitations";
import { findUserByEmail, findUserByOAuthAccount, insertOAuthAccount, insertUser } from "#server/db/users";
import { newId } from "#server/ids";

/** Somebody as GitHub, Google or the OIDC provider describes them. */
export interface OutsideAccount {
  provider: string;
  providerAccountId: string;
  /** An email that the provider has verified to be theirs, or null. */
  verifiedEmail: string | null;
  name: string | null;
  image: string | null;
}

export type Admission = "admitted" | "EmailNotVerified" | "NotInvited";

/**
 * Decides whether an outside account may sign in, and ties it to a person: one it was tied to before, the one with the
 * same verified email, or a new one when the sign-in began on an invitation's page, which uses the invitation up.
 * @param invitationToken the token of the invitation page that the sign-in began on, or null
 */
export async function admitOutsideAccount(account: OutsideAccount, invitationToken: string | null): Promise<Admission> {
  const { provider, providerAccountId, verifiedEmail } = account;
  if (await findUserByOAuthAccount({ provider, providerAccountId })) return "admitted";
  if (verifiedEmail === null) return "EmailNotVerified";

  const user = await findUserByEmail(verifiedEmail);
  if (user) {
    await insertOAuthAccount({ provider, providerAccountId, userId: user.id });
    return "admitted";
  }
  if (invitationToken === null || !(await isOpen(invitationToken))) return "NotInvited";
  await inTransaction(async (tx) => {
    const userId = newId("user");
    const { name, image } = account;
    await insertUser({ id: userId, email: verifiedEmail, name, image, passwordHash: null }, tx);
    await insertOAuthAccount({ provider, providerAccountId, userId }, tx);
    await joinByInvitation({ token: invitationToken, userId }, tx);
  });
  return "admitted";
}

async function isOpen(token: string): Promise<boolean> {
  return (await findOpenInvitation(hashOneTimeToken(token), new Date(clock().now()))) !== null;
}
