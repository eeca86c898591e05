"use client";
import { ChevronRight, type LucideIcon } from "lucide-react";
import { type ReactNode, useState } from "react";
import { cn } from "#components/ui/cn";

export interface FoldProps {
  icon: LucideIcon;
  title: ReactNode;
  aside?: ReactNode;
  startOpen?: boolean;
  children: ReactNode;
}

/** A step of a run in one line; opens to all of it. */
export function Fold({ icon: Icon, title, aside, startOpen = false, children }: FoldProps) {
  const [open, setOpen] = useState(startOpen);
  return (
    <div className="min-w-0 overflow-hidden rounded-md border bg-surface">
      <button
        type="button"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        className="flex min-h-8 w-full items-center gap-2 px-2.5 py-1 text-left outline-offset-[-2px] hover:bg-raised/60"
      >
        <ChevronRight aria-hidden className={cn("size-3.5 shrink-0 text-ink-3", open && "rotate-90")} />
        <Icon aria-hidden className="size-3.5 shrink-0 text-ink-3" />
        <span className="min-w-0 flex-1 truncate">{title}</span>
        {aside && <span className="shrink-0 text-ink-3 text-sm">{aside}</span>}
      </button>
      {open && <div className="border-t">{children}</div>}
    </div>
  );
}
