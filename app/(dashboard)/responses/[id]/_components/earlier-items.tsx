"use client";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { formatPlural } from "#components/format/numbers";
import { ItemView } from "#components/items/item-view";
import { passagesOf } from "#components/items/passages";
import { type Outputs, useTRPC } from "#components/trpc/client";
import { Button } from "#components/ui/button";
import { ErrorState } from "#components/ui/error-state";
import { keyed } from "#components/ui/keyed";
import { MoreButton } from "#components/ui/more-button";
import { Skeleton } from "#components/ui/skeleton";

/** What was said before this request, read when it is asked for: the newest first, older ones above. */
export function EarlierItems({ responseId, stored }: { responseId: string; stored: Outputs["responses"]["get"] }) {
  const [open, setOpen] = useState(false);
  return (
    <div className="border-b px-4 py-3">
      {open ? (
        <Earlier responseId={responseId} own={new Set(stored.input.map((item) => item.id))} />
      ) : (
        <Button size="sm" onClick={() => setOpen(true)}>
          Show {formatPlural(stored.historyCount, "item")} that came before
        </Button>
      )}
    </div>
  );
}

function Earlier({ responseId, own }: { responseId: string; own: ReadonlySet<string> }) {
  const trpc = useTRPC();
  const list = useInfiniteQuery(
    trpc.responses.inputItems.infiniteQueryOptions(
      { responseId, limit: 50 },
      { getNextPageParam: (page) => (page.has_more ? (page.last_id ?? undefined) : undefined) },
    ),
  );
  const items = (list.data?.pages ?? [])
    .flatMap((page) => page.data)
    .filter((item) => !own.has(item.id))
    .reverse();
  const passages = passagesOf(items);
  return (
    <div className="flex min-w-0 max-w-200 flex-col gap-3">
      {list.isPending && <Skeleton className="h-16" />}
      {list.isLoadingError && (
        <ErrorState
          title="They could not be loaded"
          error={list.error}
          onRetry={() => void list.refetch()}
          className="py-4"
        />
      )}
      <MoreButton list={list} size="sm" />
      {keyed(items, (item) => item.id).map(({ key, item }) => (
        <ItemView key={key} item={item} passages={passages} />
      ))}
    </div>
  );
}
