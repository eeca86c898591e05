import type { StoredSpan } from "#server/db/traces";

export interface TreeSpan extends StoredSpan {
  /** 0 for the root. */
  depth: number;
  /** True when a shorter span here would have made the whole shorter. */
  critical: boolean;
}

/** Overlap that still counts as "one after the other", in ms. */
const TOUCH_MS = 0.05;

/**
 * Spans in the order of a tree view: each parent before its children, children by when they began. Spans whose parent
 * is not there hang under the root. The critical path is walked back from each end: the child that ended last, then
 * the one that ended last before that one began, and so on.
 */
export function toSpanTree(spans: StoredSpan[]): TreeSpan[] {
  const root = spans.find((span) => span.parentId === null) ?? spans[0];
  if (!root) return [];
  const known = new Set(spans.map((span) => span.id));
  const children = new Map<string, StoredSpan[]>();
  for (const span of spans) {
    if (span === root) continue;
    const parentId =
      span.parentId !== null && known.has(span.parentId) && span.parentId !== span.id ? span.parentId : root.id;
    children.set(parentId, [...(children.get(parentId) ?? []), span]);
  }
  const critical = new Set<string>();
  markCritical(root, children, critical);
  const ordered: TreeSpan[] = [];
  const seen = new Set<string>();
  const visit = (span: StoredSpan, depth: number) => {
    if (seen.has(span.id)) return;
    seen.add(span.id);
    ordered.push({ ...span, depth, critical: critical.has(span.id) });
    for (const child of (children.get(span.id) ?? []).toSorted((a, b) => a.offsetMs - b.offsetMs))
      visit(child, depth + 1);
  };
  visit(root, 0);
  return ordered;
}

function markCritical(span: StoredSpan, children: Map<string, StoredSpan[]>, critical: Set<string>): void {
  if (critical.has(span.id)) return;
  critical.add(span.id);
  let before = Number.POSITIVE_INFINITY;
  for (const child of (children.get(span.id) ?? []).toSorted((a, b) => endOf(b) - endOf(a))) {
    if (endOf(child) > before + TOUCH_MS) continue;
    markCritical(child, children, critical);
    before = child.offsetMs;
  }
}

function endOf(span: StoredSpan): number {
  return span.offsetMs + span.durationMs;
}
