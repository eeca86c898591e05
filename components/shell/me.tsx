import type { Outputs } from "#components/trpc/client";

type Account = Outputs["me"]["get"];

/** The signed-in person in their active team. */
export type Me = Account & { team: NonNullable<Account["team"]>; role: NonNullable<Account["role"]> };

/** Narrows an account to one that acts in a team; null for somebody in none. */
export function inTeam(account: Account): Me | null {
  const { team, role } = account;
  return team && role ? { ...account, team, role } : null;
}

/** Keeps the sidebar folded or open for the server's first render. */
export const sidebarCookie = "rejoinder-sidebar";
