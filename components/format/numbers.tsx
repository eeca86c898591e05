const grouped = new Intl.NumberFormat("en-US");

function trimmed(value: number, digits: number): string {
  return String(Number(value.toFixed(digits)));
}

/** `840 ms`, `1.2 s`, `3 min 4 s`, `2 h 5 min`. Under 10 ms one decimal is kept. */
export function formatDuration(ms: number): string {
  if (!Number.isFinite(ms) || ms < 0) return "–";
  if (ms < 10) return `${trimmed(ms, 1)} ms`;
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  if (ms < 59_950) return `${trimmed(ms / 1000, ms < 9_950 ? 2 : 1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 3600) {
    const rest = seconds % 60;
    return rest ? `${Math.floor(seconds / 60)} min ${rest} s` : `${seconds / 60} min`;
  }
  const minutes = Math.round(seconds / 60);
  const rest = minutes % 60;
  return rest ? `${Math.floor(minutes / 60)} h ${rest} min` : `${minutes / 60} h`;
}

/** `950`, `12.4k`, `3.1M`. */
export function formatCount(value: number): string {
  const size = Math.abs(value);
  if (size < 1000) return grouped.format(value);
  if (size < 999_950) return `${trimmed(value / 1000, size < 99_950 ? 1 : 0)}k`;
  if (size < 999_950_000) return `${trimmed(value / 1e6, size < 99_950_000 ? 1 : 0)}M`;
  return `${trimmed(value / 1e9, 1)}B`;
}

/** `12,431`. */
export function formatExact(value: number): string {
  return grouped.format(value);
}

/** US dollars: to the cent, four decimals under a cent, `<$0.0001` below that. */
export function formatMoney(usd: number): string {
  if (usd === 0) return "$0.00";
  if (usd < 0.0001) return "<$0.0001";
  if (usd < 0.01) return `$${usd.toFixed(4)}`;
  return `$${usd.toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;
}

/** `812 B`, `14.2 kB`, `3.4 MB` (powers of 1000). */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const units = ["kB", "MB", "GB", "TB"];
  let value = bytes;
  let unit = "B";
  for (const next of units) {
    if (value < 999.5) break;
    value /= 1000;
    unit = next;
  }
  return `${trimmed(value, value < 99.5 ? 1 : 0)} ${unit}`;
}

/** `12 %` of a share between 0 and 1; one decimal under 10 %. */
export function formatShare(share: number): string {
  const percent = share * 100;
  return `${trimmed(percent, percent < 10 ? 1 : 0)}%`;
}

/** `1 file`, `3 files`. */
export function formatPlural(count: number, one: string, many = `${one}s`): string {
  return `${formatExact(count)} ${count === 1 ? one : many}`;
}
