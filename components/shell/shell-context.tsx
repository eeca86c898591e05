"use client";
import { createContext, useContext } from "react";
import type { Me } from "#components/shell/me";

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
