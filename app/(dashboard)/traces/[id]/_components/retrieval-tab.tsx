"use client";
import { useQuery } from "@tanstack/react-query";
import { ArrowUpRight } from "lucide-react";
import { formatDuration } from "#components/format/numbers";
import type { Span, Trace } from "#components/trace/trace-types";
import { useTRPC } from "#components/trpc/client";
import { Button } from "#components/ui/button";
import { FactList } from "#components/ui/fact-list";
import { QueryView } from "#components/ui/query-view";
import { Skeleton } from "#components/ui/skeleton";
import { RunStatus } from "#components/ui/status";
import { attributeFacts } from "./attribute-facts";
import { None } from "./none";
import { readContent } from "./payload";
import { citedAmong, readQueries, readRetrieved } from "./retrieved";
import { RetrievedList } from "./retrieved-list";

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
          {span.hasContent && <Found trace={trace} span={span} />}
        </section>
      ))}
    </div>
  );
}

function Found({ trace, span }: { trace: Trace; span: Span }) {
  const trpc = useTRPC();
  const found = useQuery(
    trpc.traces.payload.queryOptions({ traceId: trace.id, spanId: span.id }, { staleTime: 60_000 }),
  );
  const whole = useQuery(
    trpc.traces.payload.queryOptions(
      { traceId: trace.id, whole: false },
      { enabled: trace.hasContent, staleTime: 60_000 },
    ),
  );
  return (
    <QueryView query={found} title="The passages could not be loaded" skeleton={<Skeleton className="h-24" />}>
      {({ content }) => {
        const passages = readRetrieved(content);
        const queries = readQueries(content);
        const { output } = readContent(whole.data?.content ?? null);
        return (
          <>
            {queries.length > 0 && <p className="text-ink-2">Asked for “{queries.join("”, “")}”</p>}
            {passages.length > 0 && <RetrievedList passages={passages} cited={citedAmong(passages, output)} />}
          </>
        );
      }}
    </QueryView>
  );
}
