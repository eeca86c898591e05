"use client";
import { Progress as Base } from "@base-ui/react/progress";
import { cn } from "#components/ui/cn";

export interface ProgressBarProps {
  /** 0 to 100; null while the end is unknown. */
  value: number | null;
  label: string;
  className?: string;
}

/** How far something is. */
export function ProgressBar({ value, label, className }: ProgressBarProps) {
  return (
    <Base.Root value={value} aria-label={label} className={cn("w-full", className)}>
      <Base.Track className="h-1 overflow-hidden rounded-full bg-raised">
        <Base.Indicator className={cn("h-full rounded-full bg-accent", value === null && "w-1/3 animate-pulse-soft")} />
      </Base.Track>
    </Base.Root>
  );
}
