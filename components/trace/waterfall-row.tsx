"use client";
import { ChevronRight } from "lucide-react";
import type { CSSProperties } from "react";
import { formatDuration } from "#components/format/numbers";
import { formatExactTime, toEpochMs } from "#components/format/times";
import { kindLook } from "#components/trace/span-kind";
import type { Span } from "#components/trace/trace-types";
import { axisTicks, placeBar } from "#components/trace/waterfall-layout";
import { cn } from "#components/ui/cn";
import { RunStatus } from "#components/ui/status";
import { Tooltip } from "#components/ui/tooltip";

export interface WaterfallRowProps {
  span: Span;
  totalMs: number;
  selected: boolean;
  /** Null for a span without children. */
  fold: "open" | "folded" | null;
  onFold: () => void;
  onSelect: () => void;
}

/** One span. */
export function WaterfallRow({ span, totalMs, selected, fold, onFold, onSelect }: WaterfallRowProps) {
  const { icon: Icon, text } = kindLook(span.kind);
  return (
    <div
      className={cn(
        "grid h-7.5 grid-cols-[minmax(8rem,30%)_1fr] border-b last:border-b-0 hover:bg-raised/60",
        selected && "bg-accent-soft hover:bg-accent-soft",
      )}
    >
      <span className="flex min-w-0 items-center border-r pr-2" style={{ paddingLeft: 4 + span.depth * 12 }}>
        {fold ? (
          <button
            type="button"
            aria-label={`${fold === "open" ? "Fold" : "Unfold"} ${span.name}`}
            aria-expanded={fold === "open"}
            onClick={onFold}
            className="flex size-5 shrink-0 items-center justify-center rounded-xs text-ink-3 hover:bg-raised"
          >
            <ChevronRight aria-hidden className={cn("size-3.5", fold === "open" && "rotate-90")} />
          </button>
        ) : (
          <span className="w-5 shrink-0" />
        )}
        <button
          type="button"
          onClick={onSelect}
          aria-pressed={selected}
          className="flex h-full min-w-0 flex-1 items-center gap-1.5 text-left outline-offset-[-2px]"
        >
          <Icon aria-hidden className={cn("size-3.5 shrink-0", text)} />
          <span className={cn("truncate", span.critical ? "text-ink" : "text-ink-2")}>{span.name}</span>
          {span.status !== "ok" && <RunStatus status={span.status} iconOnly />}
        </button>
      </span>
      <SpanBar span={span} totalMs={totalMs} onSelect={onSelect} />
    </div>
  );
}

function SpanBar({ span, totalMs, onSelect }: { span: Span; totalMs: number; onSelect: () => void }) {
  const place = placeBar(span, totalMs);
  const { bar, label } = kindLook(span.kind);
  const failed = span.status === "error";
  const tick = span.firstTokenMs === null || totalMs <= 0 ? null : Math.min(100, (span.firstTokenMs / totalMs) * 100);
  const words = formatDuration(span.durationMs);
  return (
    <div className="relative mr-4 ml-2">
      {axisTicks(totalMs).map((at) => (
        <span
          key={at}
          aria-hidden
          className="absolute inset-y-0 w-px bg-line/70"
          style={{ left: `${(at / (totalMs || 1)) * 100}%` }}
        />
      ))}
      <Tooltip content={<SpanDetail span={span} kind={label} />}>
        <button
          type="button"
          tabIndex={-1}
          aria-hidden
          onClick={onSelect}
          className={cn(
            "absolute top-1.5 bottom-1.5 min-w-0.5 rounded-xs",
            failed ? "hatched bg-danger" : bar,
            span.critical ? "opacity-100" : "opacity-55",
          )}
          style={{ left: `${place.left}%`, width: `${place.width}%` }}
        />
      </Tooltip>
      {tick !== null && (
        <span
          aria-hidden
          className="pointer-events-none absolute top-0.5 bottom-0.5 w-0.5 rounded-full bg-ink"
          style={{ left: `${tick}%` }}
        />
      )}
      <span
        aria-hidden
        className={cn(
          "figures pointer-events-none absolute top-1.5 text-xs leading-4.5",
          place.label === "inside" ? insideLabel(span) : "text-ink-2",
        )}
        style={labelStyle(place, tick)}
      >
        {words}
      </span>
    </div>
  );
}

function insideLabel(span: Span): string {
  if (span.status === "error") return "rounded-xs bg-surface px-1 text-ink";
  return span.critical ? "font-medium text-on-bar" : "text-ink";
}

function labelStyle(place: ReturnType<typeof placeBar>, tick: number | null): CSSProperties {
  if (place.label === "before") return { right: `calc(${100 - place.left}% + 6px)` };
  if (place.label === "after") return { left: `calc(${Math.max(place.left + place.width, tick ?? 0)}% + 6px)` };
  return { left: `calc(${place.left}% + 6px)` };
}

function SpanDetail({ span, kind }: { span: Span; kind: string }) {
  return (
    <span className="flex flex-col gap-0.5">
      <span className="font-medium">
        {span.name} <span className="font-normal text-ink-3">{kind}</span>
      </span>
      <span className="figures text-ink-2">
        +{formatDuration(span.offsetMs)} for {span.durationMs.toFixed(2)} ms
      </span>
      {span.firstTokenMs !== null && (
        <span className="figures text-ink-2">first token at +{formatDuration(span.firstTokenMs)}</span>
      )}
      <span className="figures text-ink-3 text-xs">{formatExactTime(toEpochMs(span.startedAt))}</span>
      {span.errorMessage && <span className="text-danger">{span.errorMessage}</span>}
    </span>
  );
}
