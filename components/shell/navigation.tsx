import {
  Activity,
  Boxes,
  Gauge,
  KeyRound,
  Library,
  type LucideIcon,
  MessageSquareText,
  MessagesSquare,
  NotebookPen,
  Plug,
  Settings,
  ShieldCheck,
  Webhook,
  Wrench,
} from "lucide-react";

export interface Destination {
  href: string;
  label: string;
  icon: LucideIcon;
  /** Pressed after `g`. */
  key: string;
  /** What a role must hold to see it. */
  permission: string;
  /** True: the number of what waits there stands beside it. */
  counts?: boolean;
}

/** The pages of the dashboard: work first, then what is set up once. */
export const destinations: readonly (readonly Destination[])[] = [
  [
    { href: "/overview", label: "Overview", icon: Gauge, key: "o", permission: "overview.read" },
    { href: "/playground", label: "Playground", icon: MessageSquareText, key: "p", permission: "playground.read" },
    { href: "/prompts", label: "Prompts", icon: NotebookPen, key: "q", permission: "prompts.read" },
    { href: "/responses", label: "Responses", icon: MessagesSquare, key: "r", permission: "responses.read" },
    {
      ...{ href: "/approvals", label: "Approvals", icon: ShieldCheck, key: "a", permission: "responses.read" },
      counts: true,
    },
    { href: "/traces", label: "Traces", icon: Activity, key: "t", permission: "traces.read" },
    { href: "/vector-stores", label: "Vector stores", icon: Library, key: "v", permission: "vectorStores.read" },
  ],
  [
    { href: "/api-keys", label: "API keys", icon: KeyRound, key: "k", permission: "apiKeys.read" },
    { href: "/models", label: "Models", icon: Boxes, key: "m", permission: "models.read" },
    { href: "/providers", label: "Providers", icon: Plug, key: "d", permission: "providers.read" },
    { href: "/tools", label: "Tools", icon: Wrench, key: "l", permission: "tools.read" },
    { href: "/webhooks", label: "Webhooks", icon: Webhook, key: "w", permission: "webhooks.read" },
    { href: "/settings", label: "Settings", icon: Settings, key: "s", permission: "team.read" },
  ],
];

/** The destinations that hold for a set of permissions, group by group. */
export function visibleDestinations(permissions: readonly string[]): Destination[][] {
  return destinations
    .map((group) => group.filter((each) => permissions.includes(each.permission)))
    .filter((group) => group.length > 0);
}

/** True when `path` is the destination or below it. */
export function isWithin(path: string, href: string): boolean {
  return path === href || path.startsWith(`${href}/`);
}
