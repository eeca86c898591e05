"use client";
import { useQuery } from "@tanstack/react-query";
import { Activity } from "lucide-react";
import { useState } from "react";
import { shortenId } from "#components/format/ids";
import { Page } from "#components/shell/page";
import type { Span } from "#components/trace/trace-types";
import { Waterfall } from "#components/trace/waterfall";
import { type Outputs, useTRPC } from "#components/trpc/client";
import { problemOf } from "#components/trpc/error";
import { CopyTextButton } from "#components/ui/copy-button";
import { MissingThing } from "#components/ui/missing-thing";
import { QueryView } from "#components/ui/query-view";
import { SkeletonStack } from "#components/ui/skeleton";
import { SpanSheet } from "./span-sheet";
import { TraceError } from "./trace-error";
import { TraceHeader } from "./trace-header";
import { TraceTabs } from "./trace-tabs";

type TraceData = Outputs["traces"]["get"];

const runningIntervalMs = 1500;

/** A run: its facts, its waterfall and everything that was said in it. */
export function TracePage({ traceId }: { traceId: string }) {
  const trpc = useTRPC();
  const trace = useQuery(
    trpc.traces.get.queryOptions(
      { traceId },
      { refetchInterval: (query) => (query.state.data?.trace.status === "running" ? runningIntervalMs : false) },
    ),
  );
  const crumbs = [{ label: "Traces", href: "/traces" }];
  if (trace.error && problemOf(trace.error).code === "not_found") {
    return (
      <Page title="Trace" crumbs={crumbs}>
        <MissingThing icon={Activity} thing="trace" href="/traces">
          It may have been deleted with its month, or belong to another team.
        </MissingThing>
      </Page>
    );
  }
  return (
    <Page
      title={<span className="figures">{shortenId(traceId)}</span>}
      crumbs={crumbs}
      actions={
        <CopyTextButton text={traceId} size="sm">
          Copy id
        </CopyTextButton>
      }
    >
      <QueryView
        query={trace}
        title="The trace could not be loaded"
        skeleton={<SkeletonStack shapes={["h-17", "h-52", "h-9 w-96", "h-40"]} />}
      >
        {(data) => <TraceContent data={data} />}
      </QueryView>
    </Page>
  );
}

function TraceContent({ data }: { data: TraceData }) {
  const { trace, spans } = data;
  const [selected, setSelected] = useState<Span | null>(null);
  const totalMs = trace.durationMs ?? Math.max(0, ...spans.map((span) => span.offsetMs + span.durationMs));
  return (
    <div className="flex min-w-0 flex-col gap-4">
      <TraceHeader trace={trace} />
      <TraceError trace={trace} spans={spans} />
      {spans.length > 0 ? (
        <Waterfall spans={spans} totalMs={totalMs} selectedId={selected?.id ?? null} onSelect={setSelected} />
      ) : (
        <p className="rounded-md border bg-surface px-4 py-6 text-ink-2">
          {trace.status === "running"
            ? "Still running. The steps appear when it ends."
            : "The steps of this run were not recorded: the process ended before it did."}
        </p>
      )}
      <TraceTabs trace={trace} spans={spans} onSelectSpan={setSelected} />
      <SpanSheet traceId={trace.id} span={selected} onClose={() => setSelected(null)} />
    </div>
  );
}
