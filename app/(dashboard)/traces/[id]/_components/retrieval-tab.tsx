"use client";
import { useQuery } from "@tanstack/react-query";
import { ArrowUpRight } from "lucide-react";
import { formatDuration } from "#components/format/numbers";
import type { Span, Trace } from "#components/trace/trace-types";
import { useTRPC } from "#components/trpc/client";
import { Button } from "#components/ui/button";
import { FactList } from "#components/ui/fact-list";
import { JsonViewer } from "#components/ui/json-viewer";
import { QueryView } from "#components/ui/query-view";
import { Skeleton } from "#components/ui/skeleton";
import { RunStatus } from "#components/ui/status";
import { attributeFacts } from "./attribute-facts";
import { None } from "./none";

export interface RetrievalTabProps {
  trace: Trace;
  spans: readonly Span[];
  onSelectSpan: (span: Span) => void;
}

/** Every search of the run: what was asked, what was found, with which scores. */
export function RetrievalTab({ trace, spans, onSelectSpan }: RetrievalTabProps) {
  if (spans.length === 0) return <None>Nothing was searched in this run.</None>;
  return (
    <div className="flex flex-col gap-3">
      {spans.map((span) => (
        <section key={span.id} className="flex min-w-0 flex-col gap-3 rounded-md border bg-surface px-4 py-3">
          <header className="flex items-center gap-3">
            <h3 className="font-medium">{span.name}</h3>
            <RunStatus status={span.status} />
            <span className="figures text-ink-3 text-sm">{formatDuration(span.durationMs)}</span>
            <Button
              size="sm"
              variant="ghost"
              icon={ArrowUpRight}
              className="ml-auto"
              onClick={() => onSelectSpan(span)}
            >
              Open span
            </Button>
          </header>
          <FactList facts={attributeFacts(span.attributes)} />
          {span.hasContent && <SpanContent traceId={trace.id} span={span} />}
        </section>
      ))}
    </div>
  );
}

/** What a span keeps of its content, loaded when it is looked at. */
export function SpanContent({ traceId, span }: { traceId: string; span: Span }) {
  const trpc = useTRPC();
  const payload = useQuery(trpc.traces.payload.queryOptions({ traceId, spanId: span.id }, { staleTime: 60_000 }));
  return (
    <QueryView query={payload} title="The content could not be loaded" skeleton={<Skeleton className="h-24" />}>
      {({ content }) =>
        content === null ? (
          <None>No content was kept.</None>
        ) : (
          <JsonViewer value={content} depth={3} label={`Content of ${span.name}`} />
        )
      }
    </QueryView>
  );
}
