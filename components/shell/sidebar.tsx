"use client";
import { PanelLeft } from "lucide-react";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { Logo } from "#components/shell/logo";
import { type Destination, isWithin, visibleDestinations } from "#components/shell/navigation";
import { PendingCount } from "#components/shell/pending-count";
import { useShell } from "#components/shell/shell-context";
import { TeamSwitcher } from "#components/shell/team-switcher";
import { UserMenu } from "#components/shell/user-menu";
import { cn } from "#components/ui/cn";
import { IconButton } from "#components/ui/icon-button";
import { Tooltip } from "#components/ui/tooltip";

export interface SidebarProps {
  collapsed: boolean;
  /** Absent where it cannot be folded: in the sheet of small screens. */
  onToggle?: () => void;
  onNavigate?: () => void;
}

/** Team, pages and person. Folds to icons. */
export function Sidebar({ collapsed, onToggle, onNavigate }: SidebarProps) {
  const { me } = useShell();
  return (
    <div className={cn("flex h-full flex-col bg-sunken", collapsed ? "w-13" : "w-55 max-lg:w-full")}>
      <div className={cn("flex h-12 shrink-0 items-center gap-2 border-b px-2", collapsed && "justify-center")}>
        {collapsed ? <Logo className="size-6" /> : <TeamSwitcher />}
      </div>
      <nav aria-label="Main" className="flex min-h-0 flex-1 flex-col gap-4 overflow-y-auto p-2">
        {visibleDestinations(me.permissions).map((group) => (
          <ul key={group[0]?.href} className="flex flex-col gap-px">
            {group.map((destination) => (
              <NavigationItem key={destination.href} {...{ destination, collapsed, onNavigate }} />
            ))}
          </ul>
        ))}
      </nav>
      <div className={cn("flex shrink-0 items-center gap-1 border-t p-2", collapsed && "flex-col")}>
        <UserMenu collapsed={collapsed} />
        {onToggle && (
          <IconButton
            icon={PanelLeft}
            label={collapsed ? "Expand sidebar" : "Collapse sidebar"}
            keys={["["]}
            onClick={onToggle}
          />
        )}
      </div>
    </div>
  );
}

interface NavigationItemProps {
  destination: Destination;
  collapsed: boolean;
  onNavigate?: () => void;
}

function NavigationItem({ destination, collapsed, onNavigate }: NavigationItemProps) {
  const { href, label, icon: Icon, key, counts = false } = destination;
  const active = isWithin(usePathname(), href);
  const link = (
    <Link
      href={href}
      onClick={onNavigate}
      aria-current={active ? "page" : undefined}
      aria-label={collapsed ? label : undefined}
      className={cn(
        "relative flex h-8 items-center gap-2.5 rounded-md text-base max-lg:h-9",
        collapsed ? "justify-center" : "px-2",
        active ? "bg-raised font-medium text-ink" : "text-ink-2 hover:bg-raised/70 hover:text-ink",
      )}
    >
      <Icon aria-hidden className={cn("size-4 shrink-0", active ? "text-accent" : "text-ink-3")} />
      {!collapsed && label}
      {counts && <PendingCount collapsed={collapsed} />}
    </Link>
  );
  return (
    <li>
      {collapsed ? (
        <Tooltip content={label} keys={["g", key]} side="right">
          {link}
        </Tooltip>
      ) : (
        link
      )}
    </li>
  );
}
