"use client";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useMemo, useState } from "react";
import { formatBytes } from "#components/format/numbers";
import { EventsTable } from "#components/trace/events-table";
import type { Span, Trace } from "#components/trace/trace-types";
import { useTRPC } from "#components/trpc/client";
import { Button } from "#components/ui/button";
import { JsonViewer } from "#components/ui/json-viewer";
import { QueryView } from "#components/ui/query-view";
import { Skeleton } from "#components/ui/skeleton";
import { Callout } from "#components/ui/status";
import { Tabs } from "#components/ui/tabs";
import { MessagesTab } from "./messages-tab";
import { None } from "./none";
import { readContent, type TraceContent } from "./payload";
import { RetrievalTab } from "./retrieval-tab";
import { UsageTab } from "./usage-tab";

type TabId = "messages" | "request" | "response" | "events" | "retrieval" | "usage" | "raw";

export interface TraceTabsProps {
  trace: Trace;
  spans: readonly Span[];
  onSelectSpan: (span: Span) => void;
}

/** What was said and what came of it, in as many views. */
export function TraceTabs({ trace, spans, onSelectSpan }: TraceTabsProps) {
  const [open, setOpen] = useState<TabId>("messages");
  const searches = spans.filter((span) => span.kind === "retrieval");
  const withContent = (render: (content: TraceContent) => ReactNode) => <ContentView trace={trace} render={render} />;
  return (
    <Tabs
      label="Content"
      value={open}
      onChange={setOpen}
      panelClassName="pt-4"
      tabs={[
        {
          value: "messages",
          label: "Messages",
          content: withContent((content) => <MessagesTab trace={trace} content={content} />),
        },
        {
          value: "request",
          label: "Request",
          content: withContent(({ request }) => <JsonOrNone value={request} what="request" />),
        },
        {
          value: "response",
          label: "Response",
          content: withContent(({ response, output }) => (
            <JsonOrNone value={response && { ...response, output }} what="response" />
          )),
        },
        {
          value: "events",
          label: "Events",
          content: withContent(({ events }) =>
            events.length > 0 ? (
              <EventsTable events={events} />
            ) : (
              <None>This run was not streamed: it has no events.</None>
            ),
          ),
        },
        {
          value: "retrieval",
          label: "Retrieval",
          count: searches.length,
          content: <RetrievalTab trace={trace} spans={searches} onSelectSpan={onSelectSpan} />,
        },
        { value: "usage", label: "Usage", content: <UsageTab trace={trace} spans={spans} /> },
        { value: "raw", label: "OpenTelemetry", content: <OtelTab traceId={trace.id} /> },
      ]}
    />
  );
}

function JsonOrNone({ value, what }: { value: unknown; what: string }) {
  return value ? <JsonViewer value={value} depth={3} label={`The ${what}`} /> : <None>The {what} was not kept.</None>;
}

function ContentView({ trace, render }: { trace: Trace; render: (content: TraceContent) => ReactNode }) {
  const trpc = useTRPC();
  const [whole, setWhole] = useState(false);
  const ended = trace.status !== "running";
  const payload = useQuery(
    trpc.traces.payload.queryOptions({ traceId: trace.id, whole }, { enabled: ended, staleTime: 60_000 }),
  );
  const content = useMemo(() => readContent(payload.data?.content ?? null), [payload.data]);
  if (!ended) return <None>Content is shown when the run has ended.</None>;
  return (
    <QueryView query={payload} title="The content could not be loaded" skeleton={<Skeleton className="h-40" />}>
      {({ content: kept, shortened, length }) => {
        if (kept === null) {
          return (
            <None>
              No content was kept: the request said store: false, or its key keeps none. The figures are complete.
            </None>
          );
        }
        return (
          <div className="flex min-w-0 flex-col gap-3">
            {shortened && (
              <Callout>
                Shortened for reading.{" "}
                <Button size="sm" className="ml-1" onClick={() => setWhole(true)}>
                  Load all {formatBytes(length)}
                </Button>
              </Callout>
            )}
            {render(content)}
          </div>
        );
      }}
    </QueryView>
  );
}

function OtelTab({ traceId }: { traceId: string }) {
  const trpc = useTRPC();
  const otel = useQuery(trpc.traces.otel.queryOptions({ traceId }, { staleTime: 60_000 }));
  return (
    <QueryView query={otel} title="The trace could not be exported" skeleton={<Skeleton className="h-40" />}>
      {(value) => <JsonViewer value={value} depth={5} label="The trace as OpenTelemetry JSON" />}
    </QueryView>
  );
}
