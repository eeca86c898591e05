"use client";
import { useInfiniteQuery } from "@tanstack/react-query";
import { MessagesSquare, SearchX } from "lucide-react";
import { useMemo } from "react";
import { useShell } from "#components/shell/shell-context";
import { curlSnippet } from "#components/snippets/request-snippets";
import { useTRPC } from "#components/trpc/client";
import { Button } from "#components/ui/button";
import { CodeBlock } from "#components/ui/code-block";
import { EmptyState } from "#components/ui/empty-state";
import { MoreButton } from "#components/ui/more-button";
import { QueryView } from "#components/ui/query-view";
import { TableSkeleton } from "#components/ui/skeleton";
import { isFiltered, type ResponsesView, toListInput } from "./response-filters";
import { ResponseTable } from "./response-table";

export interface ResponseListProps {
  view: ResponsesView;
  /** When the list was asked for: the end of its time window. */
  loadedAt: number;
  onClear: () => void;
}

/** The stored responses, page by page. */
export function ResponseList({ view, loadedAt, onClear }: ResponseListProps) {
  const trpc = useTRPC();
  const input = useMemo(() => ({ ...toListInput(view, loadedAt), limit: 50 }), [view, loadedAt]);
  const list = useInfiniteQuery(
    trpc.responses.list.infiniteQueryOptions(input, {
      getNextPageParam: (page) => page.nextCursor ?? undefined,
      placeholderData: (previous) => previous,
    }),
  );
  return (
    <QueryView
      query={list}
      title="The responses could not be loaded"
      skeleton={<TableSkeleton rows={12} columns={6} />}
    >
      {({ pages }) => {
        const rows = pages.flatMap((page) => page.rows);
        if (rows.length === 0 && !list.hasNextPage) {
          return isFiltered(view) ? <NoMatch onClear={onClear} /> : <NoResponses />;
        }
        return (
          <ResponseTable rows={rows}>
            <MoreButton list={list} className="px-4 py-3 lg:px-6" />
          </ResponseTable>
        );
      }}
    </QueryView>
  );
}

function NoResponses() {
  const { baseUrl } = useShell();
  return (
    <EmptyState
      icon={MessagesSquare}
      title="Stored responses are kept here"
      command={
        <CodeBlock
          language="bash"
          title="One that runs in the background"
          code={curlSnippet({
            baseUrl,
            apiKey: "$REJOINDER_API_KEY",
            body: { model: "builtin/demo", input: "Hello", background: true },
          })}
        />
      }
    >
      Each with its input, its answer and a way to its trace. Those that still run can be watched and stopped. A request
      with store: false leaves nothing here.
    </EmptyState>
  );
}

function NoMatch({ onClear }: { onClear: () => void }) {
  return (
    <EmptyState
      icon={SearchX}
      title="No response fits these filters"
      action={<Button onClick={onClear}>Clear the filters</Button>}
    />
  );
}
