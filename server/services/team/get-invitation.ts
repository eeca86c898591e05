import { z } from "zod";
import { deadInvitation } from "#server/auth/join-team";
import { hashOneTimeToken } from "#server/auth/one-time-token";
import { type SignInMethod, signInMethods } from "#server/auth/sign-in-methods";
import { clock } from "#server/clock";
import { findOpenInvitation } from "#server/db/invitations";

export const InvitationByTokenInput = z.object({ token: z.string().min(1).max(200) });

/**
 * What a link invites to, for whoever holds it.
 * @throws AppError not_found when it is unknown, used, revoked or over
 */
export async function getInvitationByToken({
  input,
}: {
  input: z.infer<typeof InvitationByTokenInput>;
}): Promise<{ teamName: string; role: string; email: string | null; expiresAt: Date; methods: SignInMethod[] }> {
  const invitation = await findOpenInvitation(hashOneTimeToken(input.token), new Date(clock().now()));
  if (!invitation) throw deadInvitation();
  const { teamName, role, email, expiresAt } = invitation;
  return { teamName, role, email, expiresAt, methods: signInMethods() };
}
