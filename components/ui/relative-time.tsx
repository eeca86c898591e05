"use client";
import { useSyncExternalStore } from "react";
import { formatExactTime, formatRelative, toEpochMs } from "#components/format/times";
import { Tooltip } from "#components/ui/tooltip";

const listeners = new Set<() => void>();
let now = Date.now();
let timer: ReturnType<typeof setInterval> | null = null;

/** One clock for all times on a page: ticks every ten seconds while anything listens. */
function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    now = Date.now();
    for (const each of listeners) each();
  }, 10_000);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0 && timer) {
      clearInterval(timer);
      timer = null;
    }
  };
}

/** The present in milliseconds, coarse. Null while the server renders. */
export function useNow(): number | null {
  return useSyncExternalStore(
    subscribe,
    () => now,
    () => null,
  );
}

/** A moment in words relative to now; the exact one on hover. */
export function RelativeTime({ at, className }: { at: Date | string | number; className?: string }) {
  const epochMs = toEpochMs(at);
  const present = useNow();
  const iso = new Date(epochMs).toISOString();
  if (present === null)
    return (
      <time dateTime={iso} className={className}>
        {iso.slice(0, 10)}
      </time>
    );
  return (
    <Tooltip content={<span className="figures">{formatExactTime(epochMs)}</span>}>
      <time dateTime={iso} className={className}>
        {formatRelative(epochMs, Math.max(present, epochMs > Date.now() ? present : Date.now()))}
      </time>
    </Tooltip>
  );
}
