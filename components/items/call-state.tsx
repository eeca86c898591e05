import type { ReactNode } from "react";
import { formatDuration } from "#components/format/numbers";
import { RunStatus } from "#components/ui/status";

const running = new Set(["in_progress", "searching", "interpreting", "generating", "calling"]);

export interface CallStateProps {
  status: string;
  /** How long the call took, where that is known. */
  durationMs?: number | undefined;
  /** What it came to, in the place of the word for success. */
  children?: ReactNode;
}

/** How a tool's call stands: at work, failed, or what it came to and how long that took. */
export function CallState({ status, durationMs, children }: CallStateProps) {
  if (running.has(status)) return <RunStatus status="running" />;
  return (
    <span className="inline-flex items-center gap-2">
      {durationMs !== undefined && <span className="figures text-xs">{formatDuration(durationMs)}</span>}
      {status === "completed" && children ? <span>{children}</span> : status && <RunStatus status={status} />}
    </span>
  );
}
