import { type Permission, permissionsOf } from "#server/auth/permissions";
import type { Role } from "#server/auth/principal";
import type { SessionIdentity } from "#server/auth/session";
import { principalOfSession } from "#server/auth/team-principal";
import { listTeamsOfUser, type TeamOfUser } from "#server/db/memberships";
import { findTeam, type TeamRow } from "#server/db/teams";
import { findUser } from "#server/db/users";
import { AppError } from "#server/errors";

export interface Account {
  user: { id: string; name: string | null; email: string; image: string | null; hasPassword: boolean };
  /** The active team; null for somebody in no team. */
  team: Pick<TeamRow, "id" | "name" | "defaultModel"> | null;
  teams: TeamOfUser[];
  /** The role in the active team; null without one. */
  role: Role | null;
  /** What the role may do: pages show and hide by it, the server decides by the same table. */
  permissions: Permission[];
}

/**
 * Everything a page needs to know about the signed-in person.
 * @throws AppError unauthenticated when the account is gone
 */
export async function getAccount({ session }: { session: SessionIdentity }): Promise<Account> {
  const [user, teams, principal] = await Promise.all([
    findUser(session.userId),
    listTeamsOfUser(session.userId),
    principalOfSession(session),
  ]);
  if (!user) throw new AppError("unauthenticated", "Sign in to go on.");
  const { id, name, email, image, passwordHash } = user;
  const team = principal ? await findTeam(principal.teamId) : null;
  return {
    user: { id, name, email, image, hasPassword: passwordHash !== null },
    team: team && { id: team.id, name: team.name, defaultModel: team.defaultModel },
    teams,
    role: principal?.role ?? null,
    permissions: principal ? permissionsOf(principal.role) : [],
  };
}
