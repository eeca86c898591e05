import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { cn } from "#components/ui/cn";

export interface EmptyStateProps {
  icon: LucideIcon;
  /** One sentence: what will be here. */
  title: string;
  children?: ReactNode;
  /** The one thing to do next. */
  action?: ReactNode;
  /** A command to paste. */
  command?: ReactNode;
  className?: string;
}

/** What an empty place is for, and how to fill it. */
export function EmptyState({ icon: Icon, title, children, action, command, className }: EmptyStateProps) {
  return (
    <div className={cn("mx-auto flex w-full max-w-xl flex-col items-start gap-4 px-4 py-12 sm:py-16", className)}>
      <span className="flex size-9 items-center justify-center rounded-md border bg-surface text-ink-2">
        <Icon aria-hidden className="size-4.5" />
      </span>
      <div>
        <h2 className="font-medium text-lg">{title}</h2>
        {children && <div className="mt-1 text-md text-ink-2">{children}</div>}
      </div>
      {action && <div className="flex flex-wrap gap-2">{action}</div>}
      {command && <div className="w-full min-w-0">{command}</div>}
    </div>
  );
}
