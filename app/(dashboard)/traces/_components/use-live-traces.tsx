"use client";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { TraceRow } from "#components/trace/trace-types";
import { useTRPC } from "#components/trpc/client";
import { matchesFilters, type TraceFilters } from "./trace-filters";

const intervalMs = 4000;

export interface LiveTraces {
  /** New rows that belong to the list. */
  newCount: number;
  hasMore: boolean;
  /** The present state of rows that ran when the list was read, by id. */
  updated: ReadonlyMap<string, TraceRow>;
}

/** Looks every few seconds what came in after the newest row, and how the running ones do. */
export function useLiveTraces(rows: readonly TraceRow[], filters: TraceFilters): LiveTraces {
  const trpc = useTRPC();
  const newest = rows[0]?.id;
  const running = useMemo(() => rows.filter((row) => row.status === "running").map((row) => row.id), [rows]);
  const live = useQuery(
    trpc.traces.live.queryOptions(
      { after: newest ?? "", running: running.slice(0, 100) },
      { enabled: newest !== undefined, refetchInterval: intervalMs, staleTime: 0, retry: false },
    ),
  );
  return useMemo(() => {
    const { newer = [], updated = [], hasMore = false } = live.data ?? {};
    return {
      newCount: newer.filter((row) => matchesFilters(row, filters)).length,
      hasMore,
      updated: new Map(updated.map((row) => [row.id, row])),
    };
  }, [live.data, filters]);
}
