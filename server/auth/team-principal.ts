import { isRole } from "#server/auth/permissions";
import type { UserPrincipal } from "#server/auth/principal";
import { isSameOrigin } from "#server/auth/request-origin";
import { readSession, type SessionIdentity } from "#server/auth/session";
import { findActiveMembership } from "#server/db/memberships";
import { AppError } from "#server/errors";

/**
 * The person as a principal of the team they last chose, else of the one joined first; null for somebody in no team.
 * Reads the Membership row every time, so a changed role counts at once.
 */
export async function principalOfSession(session: SessionIdentity): Promise<UserPrincipal | null> {
  const membership = await findActiveMembership(session.userId, session.wantedTeamId);
  if (!membership || !isRole(membership.role)) return null;
  return {
    type: "user",
    teamId: membership.teamId,
    userId: session.userId,
    role: membership.role,
    sessionId: session.sessionId,
  };
}

/**
 * The principal behind a dashboard request that is not tRPC (an upload). Cookies are sent by any page's request, so it
 * must come from our own pages.
 * @throws AppError permission_denied (another site's page, or no team), unauthenticated, database_unavailable
 */
export async function principalOfDashboardRequest(headers: Headers): Promise<UserPrincipal> {
  if (!isSameOrigin(headers)) {
    throw new AppError("permission_denied", "This request did not come from this server's own pages.");
  }
  return principalOfDashboardRead(headers);
}

/**
 * The principal behind a dashboard request that changes nothing (a download). As with tRPC's queries, any page may ask:
 * only ours can read the answer.
 * @throws AppError unauthenticated, permission_denied (no team), database_unavailable
 */
export async function principalOfDashboardRead(headers: Headers): Promise<UserPrincipal> {
  const session = await readSession(headers.get("cookie"));
  if (!session) throw new AppError("unauthenticated", "Sign in to go on.");
  return requireTeam(await principalOfSession(session));
}

/** @throws AppError permission_denied for somebody in no team */
export function requireTeam(principal: UserPrincipal | null): UserPrincipal {
  if (principal) return principal;
  throw new AppError("permission_denied", "You are in no team. Ask an owner for an invitation.");
}
