/** How far a list may look back. */
export const windows = [
  { value: "1h", label: "Last hour", ms: 3_600_000 },
  { value: "24h", label: "Last 24 hours", ms: 24 * 3_600_000 },
  { value: "7d", label: "Last 7 days", ms: 7 * 24 * 3_600_000 },
  { value: "30d", label: "Last 30 days", ms: 30 * 24 * 3_600_000 },
  { value: "all", label: "Any time", ms: null },
] as const;

export type Window = (typeof windows)[number]["value"];

/** A window as the time from which on it counts: nothing for any time. `now` in milliseconds. */
export function since(window: Window, now: number): { from?: number } {
  const ms = windows.find((each) => each.value === window)?.ms ?? null;
  return ms === null ? {} : { from: now - ms };
}
