"use client";
import { useQuery } from "@tanstack/react-query";
import { Activity } from "lucide-react";
import Link from "next/link";
import { useMay } from "#components/shell/shell-context";
import { useTRPC } from "#components/trpc/client";

const lookMs = 700;
const looks = 12;

/** The way to the trace of a response, as soon as it is written. */
export function TraceLink({ responseId }: { responseId: string }) {
  const trpc = useTRPC();
  const mayRead = useMay("traces.read");
  const trace = useQuery(
    trpc.traces.list.queryOptions(
      { responseId, limit: 1 },
      {
        enabled: mayRead,
        staleTime: Number.POSITIVE_INFINITY,
        refetchInterval: ({ state }) => (state.data?.rows.length || state.dataUpdateCount > looks ? false : lookMs),
      },
    ),
  );
  const found = trace.data?.rows[0];
  if (!found) return null;
  return (
    <Link
      href={`/traces/${found.id}`}
      className="inline-flex items-center gap-1 rounded-xs text-accent hover:underline"
    >
      <Activity aria-hidden className="size-3.5" />
      Trace
    </Link>
  );
}
