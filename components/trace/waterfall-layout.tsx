/** A row of a tree in its order: each parent before its children. */
export interface TreeRow {
  id: string;
  depth: number;
}

/** The rows left when everything below the folded ones is hidden. */
export function hideFolded<T extends TreeRow>(rows: readonly T[], folded: ReadonlySet<string>): T[] {
  let hiddenBelow = Number.POSITIVE_INFINITY;
  return rows.filter((row) => {
    if (row.depth > hiddenBelow) return false;
    hiddenBelow = folded.has(row.id) ? row.depth : Number.POSITIVE_INFINITY;
    return true;
  });
}

/** Ids of the rows that have children. */
export function parentsIn(rows: readonly TreeRow[]): Set<string> {
  return new Set(rows.filter((row, at) => (rows[at + 1]?.depth ?? 0) > row.depth).map((row) => row.id));
}

/** Three to six round moments on an axis of `totalMs`, zero included. */
export function axisTicks(totalMs: number): number[] {
  if (!(totalMs > 0)) return [0];
  const rough = totalMs / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= rough * 0.999) ?? rough;
  const ticks: number[] = [];
  for (let at = 0; at <= totalMs * 1.0001; at += step) ticks.push(Number(at.toPrecision(6)));
  return ticks;
}

export interface BarPlace {
  /** Percent of the axis. */
  left: number;
  width: number;
  /** Where the label goes: inside a bar that holds it, else beside it on the side with room. */
  label: "inside" | "after" | "before";
}

/** Where a span's bar stands on an axis of `totalMs`. */
export function placeBar(span: { offsetMs: number; durationMs: number }, totalMs: number): BarPlace {
  if (!(totalMs > 0)) return { left: 0, width: 100, label: "inside" };
  const left = Math.min(100, Math.max(0, (span.offsetMs / totalMs) * 100));
  const width = Math.min(100 - left, (span.durationMs / totalMs) * 100);
  return { left, width, label: width > 16 ? "inside" : left + width < 78 ? "after" : "before" };
}
