"use client";
import { useQuery } from "@tanstack/react-query";
import type { Span } from "#components/trace/trace-types";
import { useTRPC } from "#components/trpc/client";
import { JsonViewer } from "#components/ui/json-viewer";
import { QueryView } from "#components/ui/query-view";
import { Skeleton } from "#components/ui/skeleton";
import { None } from "./none";

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
