"use client";
import { useInfiniteQuery } from "@tanstack/react-query";
import { ArrowUp } from "lucide-react";
import { useMemo } from "react";
import type { TraceRow } from "#components/trace/trace-types";
import { useTRPC } from "#components/trpc/client";
import { MoreButton } from "#components/ui/more-button";
import { QueryView } from "#components/ui/query-view";
import { RelativeTime } from "#components/ui/relative-time";
import { TableSkeleton } from "#components/ui/skeleton";
import { NoMatch, NoTraces } from "./no-traces";
import { type TraceFilters, toListInput } from "./trace-filters";
import { TraceTable } from "./trace-table";
import type { TraceView } from "./trace-view";
import { useLiveTraces } from "./use-live-traces";

export interface TraceListProps {
  filters: TraceFilters;
  view: TraceView;
  /** When the list was asked for: the end of its time window. */
  loadedAt: number;
  onReload: () => void;
  onClear: () => void;
}

/** The rows under the filters, page by page; what came in since waits behind a pill. */
export function TraceList({ filters, view, loadedAt, onReload, onClear }: TraceListProps) {
  const trpc = useTRPC();
  const input = useMemo(() => ({ ...toListInput(filters, loadedAt), limit: 50 }), [filters, loadedAt]);
  const list = useInfiniteQuery(
    trpc.traces.list.infiniteQueryOptions(input, {
      getNextPageParam: (page) => page.nextCursor,
      refetchOnWindowFocus: false,
      staleTime: Number.POSITIVE_INFINITY,
      // An empty list has nothing to shift: it may simply look again.
      refetchInterval: (query) => (query.state.data?.pages[0]?.rows.length === 0 ? 4000 : false),
    }),
  );
  const rows = useMemo(() => list.data?.pages.flatMap((page) => page.rows) ?? [], [list.data]);
  const live = useLiveTraces(rows, filters);
  return (
    <div className="relative flex min-h-0 flex-1 flex-col">
      {live.newCount > 0 && <NewPill count={live.newCount} more={live.hasMore} onClick={onReload} />}
      <QueryView query={list} title="The traces could not be loaded" skeleton={<TableSkeleton rows={14} columns={6} />}>
        {({ pages }) => {
          const last = pages.at(-1);
          if (rows.length === 0 && !last?.nextCursor) {
            return Object.keys(filters).length > 1 || filters.window !== "all" ? (
              <NoMatch onClear={onClear} />
            ) : (
              <NoTraces />
            );
          }
          return (
            <TraceTable rows={rows.map((row: TraceRow) => live.updated.get(row.id) ?? row)} view={view}>
              <MoreButton list={list} className="px-4 py-3 lg:px-6">
                {last?.searchedTo && rows.length < 50 && (
                  <span className="text-ink-3 text-sm">
                    Looked back to <RelativeTime at={last.searchedTo} />
                  </span>
                )}
              </MoreButton>
            </TraceTable>
          );
        }}
      </QueryView>
    </div>
  );
}

function NewPill({ count, more, onClick }: { count: number; more: boolean; onClick: () => void }) {
  return (
    <button
      type="button"
      onClick={onClick}
      className="-translate-x-1/2 absolute top-10 left-1/2 z-20 flex h-7 items-center gap-1.5 rounded-full bg-accent px-3 font-medium text-on-accent text-sm shadow-float hover:bg-accent-strong"
    >
      <ArrowUp aria-hidden className="size-3.5" />
      {count}
      {more && "+"} new
    </button>
  );
}
