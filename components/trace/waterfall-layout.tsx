/** What the waterfall needs of a span. Times in milliseconds; `offsetMs` and `firstTokenMs` after the trace's start. */
export interface WaterfallSpan {
  id: string;
  parentId: string | null;
  name: string;
  kind: string;
  status: string;
  offsetMs: number;
  durationMs: number;
  firstTokenMs: number | null;
}

export interface WaterfallRow<T extends WaterfallSpan = WaterfallSpan> {
  span: T;
  depth: number;
  childCount: number;
  /** On the chain of spans that decides how long the whole takes. */
  critical: boolean;
}

const endOf = (span: WaterfallSpan) => span.offsetMs + span.durationMs;

function childrenByParent<T extends WaterfallSpan>(spans: readonly T[]): Map<string | null, T[]> {
  const known = new Set(spans.map((span) => span.id));
  const groups = new Map<string | null, T[]>();
  for (const span of spans) {
    const parent = span.parentId !== null && known.has(span.parentId) ? span.parentId : null;
    groups.set(parent, [...(groups.get(parent) ?? []), span]);
  }
  for (const group of groups.values()) group.sort((a, b) => a.offsetMs - b.offsetMs || endOf(b) - endOf(a));
  return groups;
}

/** Walks back from the end: of the children that end before the moment reached, the one that ends last. */
function markCritical(span: WaterfallSpan, children: Map<string | null, WaterfallSpan[]>, critical: Set<string>): void {
  critical.add(span.id);
  let until = endOf(span);
  const candidates = [...(children.get(span.id) ?? [])].sort((a, b) => endOf(b) - endOf(a));
  for (const child of candidates) {
    if (endOf(child) > until + 0.5) continue;
    markCritical(child, children, critical);
    until = child.offsetMs;
  }
}

/** The spans as rows of a tree, parents before children and siblings by start. A lost parent makes a span a root. */
export function layOutWaterfall<T extends WaterfallSpan>(spans: readonly T[]): WaterfallRow<T>[] {
  const children = childrenByParent(spans);
  const critical = new Set<string>();
  const roots = children.get(null) ?? [];
  const last = roots.reduce<T | null>(
    (latest, root) => (latest === null || endOf(root) > endOf(latest) ? root : latest),
    null,
  );
  if (last) markCritical(last, children, critical);
  const rows: WaterfallRow<T>[] = [];
  const visit = (span: T, depth: number) => {
    const own = children.get(span.id) ?? [];
    rows.push({ span, depth, childCount: own.length, critical: critical.has(span.id) });
    for (const child of own) visit(child, depth + 1);
  };
  for (const root of roots) visit(root, 0);
  return rows;
}

/** The rows left when the children of the folded spans are hidden. */
export function hideFolded<T extends WaterfallSpan>(
  rows: readonly WaterfallRow<T>[],
  folded: ReadonlySet<string>,
): WaterfallRow<T>[] {
  let hiddenBelow = Number.POSITIVE_INFINITY;
  return rows.filter((row) => {
    if (row.depth > hiddenBelow) return false;
    hiddenBelow = folded.has(row.span.id) ? row.depth : Number.POSITIVE_INFINITY;
    return true;
  });
}

/** Four to six round moments on an axis of `totalMs`, zero included. */
export function axisTicks(totalMs: number): number[] {
  if (!(totalMs > 0)) return [0];
  const rough = totalMs / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= rough) ?? rough;
  const ticks: number[] = [];
  for (let at = 0; at <= totalMs * 1.0001; at += step) ticks.push(Number(at.toPrecision(6)));
  return ticks;
}
