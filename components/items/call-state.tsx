import { formatDuration } from "#components/format/numbers";
import { RunStatus } from "#components/ui/status";

/** How a tool's call stands, and how long it took where that is known. */
export function CallState({ status, durationMs }: { status: string; durationMs?: number | undefined }) {
  const isRunning = ["in_progress", "searching", "interpreting", "generating", "calling"].includes(status);
  return (
    <span className="inline-flex items-center gap-2">
      {durationMs !== undefined && !isRunning && <span className="figures text-xs">{formatDuration(durationMs)}</span>}
      {status && <RunStatus status={isRunning ? "running" : status} />}
    </span>
  );
}
