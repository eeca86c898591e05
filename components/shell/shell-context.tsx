"use client";
import { createContext, useContext } from "react";
import type { Outputs } from "#components/trpc/client";

type Account = Outputs["me"]["get"];

/** The signed-in person in their active team. */
export type Me = Account & { team: NonNullable<Account["team"]>; role: NonNullable<Account["role"]> };

/** Narrows an account to one that acts in a team; null for somebody in none. */
export function inTeam(account: Account): Me | null {
  const { team, role } = account;
  return team && role ? { ...account, team, role } : null;
}

export interface ShellState {
  me: Me;
  /** The address that clients use: `https://rejoinder.example.com`, without a slash at the end. */
  baseUrl: string;
  openNavigation: () => void;
}

export const ShellContext = createContext<ShellState | null>(null);

/** Who is signed in, in which team, and where this server is reached. Only inside the dashboard. */
export function useShell(): ShellState {
  const state = useContext(ShellContext);
  if (!state) throw new Error("useShell is used outside the dashboard.");
  return state;
}

/** True when the person's role holds the permission. The server decides again at every call. */
export function useMay(permission: string): boolean {
  const permissions: readonly string[] = useShell().me.permissions;
  return permissions.includes(permission);
}
