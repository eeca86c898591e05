import type { ReactNode } from "react";
import { cn } from "#components/ui/cn";

export interface PanelProps {
  title?: ReactNode;
  description?: ReactNode;
  /** At the right of the title. */
  action?: ReactNode;
  children: ReactNode;
  className?: string;
  /** No space around the content: for tables. */
  flush?: boolean;
}

/** A part of a page on its own surface. */
export function Panel({ title, description, action, children, className, flush }: PanelProps) {
  return (
    <section className={cn("min-w-0 overflow-hidden rounded-md border bg-surface [&_th]:bg-surface", className)}>
      {(title || action) && (
        <header
          className={cn(
            "flex flex-wrap items-start justify-between gap-x-3 gap-y-2 px-4 pt-3",
            flush ? "pb-2" : "pb-1",
          )}
        >
          <div className="min-w-40 flex-1">
            {title && <h2 className="font-medium text-base leading-7">{title}</h2>}
            {description && <p className="text-ink-3 text-sm">{description}</p>}
          </div>
          {action && <div className="flex shrink-0 items-center gap-2">{action}</div>}
        </header>
      )}
      <div className={flush ? undefined : "px-4 pt-2 pb-4"}>{children}</div>
    </section>
  );
}
