"use client";
import { useMemo, useState } from "react";
import { formatDuration } from "#components/format/numbers";
import type { Span } from "#components/trace/trace-types";
import { axisTicks, hideFolded, parentsIn } from "#components/trace/waterfall-layout";
import { WaterfallRow } from "#components/trace/waterfall-row";

export interface WaterfallProps {
  spans: readonly Span[];
  /** Length of the shared axis. */
  totalMs: number;
  selectedId: string | null;
  onSelect: (span: Span) => void;
}

/** Every span as a row: its place in the tree at the left, its bar on a shared time axis. */
export function Waterfall({ spans, totalMs, selectedId, onSelect }: WaterfallProps) {
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set());
  const parents = useMemo(() => parentsIn(spans), [spans]);
  const rows = useMemo(() => hideFolded(spans, folded), [spans, folded]);
  const toggle = (id: string) => {
    const next = new Set(folded);
    if (!next.delete(id)) next.add(id);
    setFolded(next);
  };
  return (
    <section aria-label="Waterfall" className="overflow-hidden rounded-md border bg-surface">
      <div aria-hidden className="grid grid-cols-[minmax(8rem,30%)_1fr] border-b text-ink-3 text-xs">
        <span className="border-r px-3 py-1.5">Span</span>
        <Axis totalMs={totalMs} />
      </div>
      <div className="scroll-thin max-h-[30rem] overflow-y-auto">
        {rows.map((span) => (
          <WaterfallRow
            key={span.id}
            span={span}
            totalMs={totalMs}
            selected={span.id === selectedId}
            fold={parents.has(span.id) ? (folded.has(span.id) ? "folded" : "open") : null}
            onFold={() => toggle(span.id)}
            onSelect={() => onSelect(span)}
          />
        ))}
      </div>
    </section>
  );
}

function Axis({ totalMs }: { totalMs: number }) {
  const ticks = axisTicks(totalMs);
  return (
    <span className="relative mr-4 ml-2 block">
      {ticks.map((tick) => {
        const left = totalMs > 0 ? (tick / totalMs) * 100 : 0;
        return (
          <span
            key={tick}
            className="figures absolute top-1.5 whitespace-nowrap"
            style={{
              left: `${left}%`,
              transform: left > 92 ? "translateX(-100%)" : left < 4 ? undefined : "translateX(-50%)",
            }}
          >
            {formatDuration(tick)}
          </span>
        );
      })}
    </span>
  );
}
