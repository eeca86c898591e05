import {
  Ban,
  CircleAlert,
  CircleCheck,
  CircleDashed,
  CircleX,
  Info,
  LoaderCircle,
  type LucideIcon,
} from "lucide-react";
import type { ReactNode } from "react";
import { cn } from "#components/ui/cn";

export type Tone = "ok" | "running" | "warning" | "danger" | "neutral";

const icons: Record<Tone, LucideIcon> = {
  ok: CircleCheck,
  running: LoaderCircle,
  warning: CircleAlert,
  danger: CircleX,
  neutral: CircleDashed,
};

const text: Record<Tone, string> = {
  ok: "text-ok",
  running: "text-running",
  warning: "text-warning",
  danger: "text-danger",
  neutral: "text-ink-3",
};

const soft: Record<Tone, string> = {
  ok: "bg-ok-soft text-ok",
  running: "bg-running-soft text-running",
  warning: "bg-warning-soft text-warning",
  danger: "bg-danger-soft text-danger",
  neutral: "bg-raised text-ink-2",
};

export interface StatusProps {
  tone: Tone;
  children: ReactNode;
  /** Keeps the word for screen readers only, where the column says it. */
  iconOnly?: boolean;
  icon?: LucideIcon;
}

/** A state as icon and word. */
export function Status({ tone, children, iconOnly, icon }: StatusProps) {
  const Icon = icon ?? icons[tone];
  return (
    <span className={cn("inline-flex items-center gap-1.5 whitespace-nowrap align-middle", text[tone])}>
      <Icon aria-hidden className={cn("size-3.5 shrink-0", tone === "running" && "animate-spin")} />
      <span className={iconOnly ? "sr-only" : undefined}>{children}</span>
    </span>
  );
}

/** A short fact in a tinted box. */
export function Badge({
  tone = "neutral",
  children,
  className,
}: {
  tone?: Tone;
  children: ReactNode;
  className?: string;
}) {
  return (
    <span
      className={cn(
        "inline-flex h-5 items-center gap-1 whitespace-nowrap rounded-sm px-1.5 text-xs",
        soft[tone],
        className,
      )}
    >
      {children}
    </span>
  );
}

const runStates: Record<string, { tone: Tone; word: string; icon?: LucideIcon }> = {
  ok: { tone: "ok", word: "OK" },
  completed: { tone: "ok", word: "Completed" },
  running: { tone: "running", word: "Running" },
  in_progress: { tone: "running", word: "Running" },
  error: { tone: "danger", word: "Error" },
  failed: { tone: "danger", word: "Failed" },
  incomplete: { tone: "warning", word: "Incomplete" },
  queued: { tone: "neutral", word: "Queued" },
  cancelled: { tone: "neutral", word: "Cancelled", icon: Ban },
};

/** The state of a run, a span or a file by its name on the wire. */
export function RunStatus({ status, iconOnly }: { status: string; iconOnly?: boolean }) {
  const state = runStates[status] ?? { tone: "neutral" as const, word: status };
  return (
    <Status tone={state.tone} icon={state.icon} iconOnly={iconOnly}>
      {state.word}
    </Status>
  );
}

const calloutIcons: Record<Tone, LucideIcon> = { ...icons, running: Info, neutral: Info };

/** A remark set apart from the text around it. */
export function Callout({
  tone = "neutral",
  title,
  children,
}: {
  tone?: Tone;
  title?: ReactNode;
  children?: ReactNode;
}) {
  const Icon = calloutIcons[tone];
  return (
    <div
      className={cn("flex gap-2.5 rounded-md px-3 py-2.5", soft[tone])}
      role={tone === "danger" ? "alert" : undefined}
    >
      <Icon aria-hidden className="mt-0.5 size-4 shrink-0" />
      <div className="min-w-0 text-base text-ink [overflow-wrap:anywhere]">
        {title && <p className="font-medium">{title}</p>}
        {children && <div className="text-ink-2">{children}</div>}
      </div>
    </div>
  );
}
