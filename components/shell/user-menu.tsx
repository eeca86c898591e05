"use client";
import { Keyboard, LogOut } from "lucide-react";
import { signOut } from "next-auth/react";
import { useState } from "react";
import { useShell } from "#components/shell/shell-context";
import { ShortcutsDialog } from "#components/shell/shortcuts-dialog";
import { applyTheme, readTheme, type Theme } from "#components/theme";
import { cn } from "#components/ui/cn";
import { Menu, MenuChoice, MenuItem, MenuSeparator } from "#components/ui/menu";

function currentTheme(): Theme {
  return typeof document === "undefined" ? "system" : readTheme(document.documentElement.dataset.theme);
}

const themes = [
  { value: "system", label: "System" },
  { value: "light", label: "Light" },
  { value: "dark", label: "Dark" },
] as const;

/** Up to two letters that stand for a person. */
export function initialsOf(name: string): string {
  const words = name
    .trim()
    .split(/[\s@.]+/)
    .filter(Boolean);
  return `${words[0]?.[0] ?? "?"}${words.length > 1 ? (words[1]?.[0] ?? "") : ""}`.toUpperCase();
}

/** The person: theme, keyboard help and sign-out. */
export function UserMenu({ collapsed }: { collapsed: boolean }) {
  const { me } = useShell();
  const [theme, setTheme] = useState<Theme>(currentTheme);
  const [help, setHelp] = useState(false);
  const name = me.user.name ?? me.user.email;
  const trigger = (
    <button
      type="button"
      className={cn("flex h-8 min-w-0 items-center gap-2 rounded-md px-1 hover:bg-raised", !collapsed && "flex-1")}
    >
      <span
        aria-hidden
        className="flex size-6 shrink-0 items-center justify-center rounded-full bg-accent-soft font-medium text-accent text-xs"
      >
        {initialsOf(name)}
      </span>
      <span className="sr-only">Account of </span>
      <span className={collapsed ? "sr-only" : "min-w-0 truncate text-base text-ink-2"}>{name}</span>
    </button>
  );
  return (
    <>
      <Menu trigger={trigger} align="start" side="top">
        <div className="px-2 pt-1 pb-1.5">
          <p className="truncate font-medium">{name}</p>
          <p className="truncate text-ink-3 text-sm">
            {me.user.email} · {me.role}
          </p>
        </div>
        <MenuSeparator />
        <MenuChoice
          label="Theme"
          value={theme}
          options={themes}
          onChange={(next) => {
            applyTheme(next);
            setTheme(next);
          }}
        />
        <MenuSeparator />
        <MenuItem icon={Keyboard} onSelect={() => setHelp(true)}>
          Keyboard shortcuts
        </MenuItem>
        <MenuItem icon={LogOut} onSelect={() => void signOut({ callbackUrl: "/sign-in" })}>
          Sign out
        </MenuItem>
      </Menu>
      <ShortcutsDialog open={help} onOpenChange={setHelp} />
    </>
  );
}
