import { z } from "zod";
import { recordAudit } from "#server/auth/audit";
import { hashOneTimeToken } from "#server/auth/one-time-token";
import { hashPassword, Password } from "#server/auth/password";
import { clock } from "#server/clock";
import { inTransaction } from "#server/db/client";
import { anyOwnerExists, insertMembership } from "#server/db/memberships";
import { deleteSetupTokens, isSetupTokenUsable, takeSetupToken } from "#server/db/setup-tokens";
import { findFirstTeam, lockTeam, updateTeam } from "#server/db/teams";
import { findUserByEmail, insertUser } from "#server/db/users";
import { AppError } from "#server/errors";
import { newId } from "#server/ids";
import { removeFirstKey } from "#server/services/setup/first-key";
import { systemContext } from "#server/services/setup/system-context";

export const CreateOwnerInput = z.object({
  token: z.string().min(1).max(200),
  name: z.string().trim().min(1, "Enter your name.").max(100),
  email: z.email("Enter a valid email address.").max(254),
  password: Password,
  teamName: z.string().trim().min(1, "Name the team.").max(100),
});

/**
 * Makes the first account by the printed setup link; it owns the first team, which takes `teamName`. Of several callers
 * one wins; afterwards every setup link is void and DATA_DIR/first-key is gone. Signing in is a separate step.
 * @throws AppError permission_denied when the link is unknown, used or over, or an owner exists already
 */
export async function createOwner({ input }: { input: z.infer<typeof CreateOwnerInput> }): Promise<{ userId: string }> {
  const tokenHash = hashOneTimeToken(input.token);
  const now = new Date(clock().now());
  // Asked before hashing, or strangers could keep the processor busy with links they made up.
  if (!(await isSetupTokenUsable(tokenHash, now))) throw deadLink();
  const passwordHash = await hashPassword(input.password);
  const userId = newId("user");

  await inTransaction(async (tx) => {
    const team = await findFirstTeam(tx);
    if (!team) throw deadLink();
    await lockTeam(team.id, tx);
    if (await anyOwnerExists(tx)) {
      throw new AppError("permission_denied", "This server already has an owner. Sign in, or ask for an invitation.");
    }
    if (!(await takeSetupToken({ tokenHash, now }, tx))) throw deadLink();
    if (await findUserByEmail(input.email, tx)) {
      throw new AppError("invalid_value", "An account with this email exists already.", { param: "email" });
    }
    await insertUser({ id: userId, email: input.email, name: input.name, image: null, passwordHash }, tx);
    await insertMembership({ teamId: team.id, userId, role: "owner" }, tx);
    await updateTeam({ id: team.id, change: { name: input.teamName } }, tx);
    await deleteSetupTokens(tx);
    await recordAudit(systemContext(team.id).principal, { action: "member.createOwner", resourceId: userId }, tx);
  });
  removeFirstKey();
  return { userId };
}

function deadLink(): AppError {
  return new AppError(
    "permission_denied",
    "This setup link is not valid any more. Restart the server or run `npm run setup-link` for a new one.",
    { param: "token" },
  );
}
