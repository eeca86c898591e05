"use client";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useCallback, useEffect, useMemo, useState } from "react";
import { CommandPalette } from "#components/shell/command-palette";
import { inTeam, type Me, sidebarCookie } from "#components/shell/me";
import { ShellContext } from "#components/shell/shell-context";
import { ShortcutsDialog } from "#components/shell/shortcuts-dialog";
import { Sidebar } from "#components/shell/sidebar";
import { useShellKeys } from "#components/shell/use-shell-keys";
import { writeCookie } from "#components/theme";
import { useTRPC } from "#components/trpc/client";
import { problemOf } from "#components/trpc/error";
import { Sheet } from "#components/ui/sheet";

export interface ShellProps {
  me: Me;
  baseUrl: string;
  collapsed: boolean;
  children: ReactNode;
}

/** A session that ended elsewhere leads to the sign-in page, not to a page of errors. */
function useSignOutWhenOver(error: unknown): void {
  const isOver = error !== null && problemOf(error).code === "unauthenticated";
  useEffect(() => {
    if (isOver) location.assign(`/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`);
  }, [isOver]);
}

/** The frame around every page of the dashboard. */
export function Shell({ me: initialMe, baseUrl, collapsed: startsCollapsed, children }: ShellProps) {
  const trpc = useTRPC();
  const account = useQuery(trpc.me.get.queryOptions(undefined, { initialData: initialMe, staleTime: 60_000 }));
  const me = inTeam(account.data) ?? initialMe;
  useSignOutWhenOver(account.error);
  const [collapsed, setCollapsed] = useState(startsCollapsed);
  const [navigation, setNavigation] = useState(false);
  const [palette, setPalette] = useState(false);
  const [help, setHelp] = useState(false);
  const toggleSidebar = useCallback(() => {
    setCollapsed((current) => {
      writeCookie(sidebarCookie, current ? "open" : "collapsed");
      return !current;
    });
  }, []);
  const openPalette = useCallback(() => setPalette(true), []);
  const openHelp = useCallback(() => setHelp(true), []);
  useShellKeys({ openPalette, openHelp, toggleSidebar });
  const state = useMemo(() => ({ me, baseUrl, openNavigation: () => setNavigation(true) }), [me, baseUrl]);
  return (
    <ShellContext value={state}>
      <a
        href="#main"
        className="sr-only z-50 rounded-md bg-float px-3 py-2 shadow-float focus:not-sr-only focus:absolute focus:top-2 focus:left-2"
      >
        Skip to content
      </a>
      <div className="flex h-dvh">
        <aside className="shrink-0 border-r max-lg:hidden">
          <Sidebar collapsed={collapsed} onToggle={toggleSidebar} />
        </aside>
        <div className="flex min-w-0 flex-1 flex-col">{children}</div>
      </div>
      <Sheet open={navigation} onOpenChange={setNavigation} title="Navigation" side="left" bare>
        <Sidebar collapsed={false} onNavigate={() => setNavigation(false)} />
      </Sheet>
      <CommandPalette open={palette} onOpenChange={setPalette} />
      <ShortcutsDialog open={help} onOpenChange={setHelp} />
    </ShellContext>
  );
}
