const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const dayAndMonth = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });
const dayMonthYear = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric" });

function amountOf(distance: number): string {
  if (distance < MINUTE) return `${Math.max(1, Math.round(distance / SECOND))} s`;
  if (distance < HOUR) return `${Math.round(distance / MINUTE)} min`;
  if (distance < DAY) return `${Math.round(distance / HOUR)} h`;
  return `${Math.round(distance / DAY)} d`;
}

/**
 * `now`, `12 s ago`, `3 h ago`, `in 2 d`, and a date beyond a week.
 * Both arguments are milliseconds since the epoch.
 */
export function formatRelative(at: number, now: number): string {
  const distance = now - at;
  const size = Math.abs(distance);
  if (size < 5 * SECOND) return "now";
  if (size < 7 * DAY) return distance > 0 ? `${amountOf(size)} ago` : `in ${amountOf(size)}`;
  const date = new Date(at);
  return date.getFullYear() === new Date(now).getFullYear() ? dayAndMonth.format(date) : dayMonthYear.format(date);
}

/** `22 Nov 2026, 14:03:07.120 UTC+1` in the reader's time zone. */
export function formatExactTime(at: number): string {
  const date = new Date(at);
  const clock = date.toLocaleTimeString("en-GB", { hour12: false });
  const millis = String(date.getMilliseconds()).padStart(3, "0");
  const zone = new Intl.DateTimeFormat("en-GB", { timeZoneName: "shortOffset" })
    .formatToParts(date)
    .find((part) => part.type === "timeZoneName")?.value;
  return `${dayMonthYear.format(date)}, ${clock}.${millis} ${zone?.replace("GMT", "UTC") ?? ""}`.trim();
}

/** `22 Nov` of a day. */
export function formatDay(at: Date | number): string {
  return dayAndMonth.format(at);
}

/** Milliseconds since the epoch of what a procedure may return as a moment. */
export function toEpochMs(value: Date | string | number): number {
  return typeof value === "number" ? value : new Date(value).getTime();
}
