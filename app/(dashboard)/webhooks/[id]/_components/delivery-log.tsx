"use client";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { formatDuration, formatExact } from "#components/format/numbers";
import { useTRPC } from "#components/trpc/client";
import { MoreButton } from "#components/ui/more-button";
import { Panel } from "#components/ui/panel";
import { QueryView } from "#components/ui/query-view";
import { RelativeTime } from "#components/ui/relative-time";
import { Segmented } from "#components/ui/segmented";
import { TableSkeleton } from "#components/ui/skeleton";
import { rowLinkProps, Table, Td, Th, Tr } from "#components/ui/table";
import type { Delivery, DeliveryStatus, Webhook } from "../../_components/webhook-types";
import { DeliverySheet } from "./delivery-sheet";
import { DeliveryState } from "./delivery-state";

const filters = [
  { value: "all", label: "All" },
  { value: "delivered", label: "Delivered" },
  { value: "pending", label: "Waiting" },
  { value: "failed", label: "Failed" },
] as const;
type Filter = (typeof filters)[number]["value"];

/** How often the log looks again: at once useful after an example, quiet enough to stay open all day. */
const LOOK_AGAIN_MS = 3_000;

const head = (
  <>
    <Th>Event</Th>
    <Th>Status</Th>
    <Th align="right">Attempts</Th>
    <Th align="right">Answer</Th>
    <Th align="right">Took</Th>
    <Th>Announced</Th>
    <Th>Next attempt</Th>
  </>
);

/** What the webhook was told, the newest first, and what became of it. */
export function DeliveryLog({ webhook }: { webhook: Webhook }) {
  const trpc = useTRPC();
  const [filter, setFilter] = useState<Filter>("all");
  const [openId, setOpenId] = useState<string | null>(null);
  const status: DeliveryStatus | null = filter === "all" ? null : filter;
  const log = useInfiniteQuery(
    trpc.webhooks.deliveries.infiniteQueryOptions(
      { webhookId: webhook.id, status },
      { getNextPageParam: (page) => page.nextCursor, refetchInterval: LOOK_AGAIN_MS },
    ),
  );
  const rows = log.data?.pages.flatMap((page) => page.deliveries) ?? [];
  return (
    <Panel
      title="Deliveries"
      description="What it was told, and what became of it."
      flush
      action={
        <Segmented label="Show" value={filter} onChange={setFilter} options={filters} className="max-sm:h-auto" />
      }
    >
      <QueryView query={log} title="The log could not be loaded" skeleton={<TableSkeleton rows={6} columns={6} />}>
        {() =>
          rows.length === 0 ? (
            <p className="border-t px-4 py-4 text-ink-2">
              {filter === "all"
                ? "Nothing was announced yet. Send an example to see whether your server hears it."
                : "No delivery is in that state."}
            </p>
          ) : (
            <DeliveriesTable rows={rows} onOpen={setOpenId} />
          )
        }
      </QueryView>
      <MoreButton list={log} size="sm" className="px-4 py-3" />
      <DeliverySheet
        webhook={webhook}
        delivery={rows.find((row) => row.id === openId) ?? null}
        onClose={() => setOpenId(null)}
      />
    </Panel>
  );
}

function DeliveriesTable({ rows, onOpen }: { rows: readonly Delivery[]; onOpen: (id: string) => void }) {
  return (
    <Table label="Deliveries" head={head} keys className="border-t">
      {rows.map((row) => (
        <DeliveryRow key={row.id} row={row} onOpen={() => onOpen(row.id)} />
      ))}
    </Table>
  );
}

function DeliveryRow({ row, onOpen }: { row: Delivery; onOpen: () => void }) {
  const last = row.attempts.at(-1);
  return (
    <Tr>
      <Td className="whitespace-nowrap">
        <button {...rowLinkProps} type="button" onClick={onOpen} className="figures rounded-xs text-sm">
          {row.eventType}
        </button>
      </Td>
      <Td className="whitespace-nowrap">
        <DeliveryState delivery={row} />
      </Td>
      <Td align="right">{formatExact(row.attemptCount)}</Td>
      <Td align="right">{last ? (last.status ?? "none") : "–"}</Td>
      <Td align="right">{last ? formatDuration(last.durationMs) : "–"}</Td>
      <Td className="whitespace-nowrap text-ink-2">
        <RelativeTime at={row.createdAt} />
      </Td>
      <Td className="whitespace-nowrap text-ink-2">
        {row.nextAttemptAt && row.attemptCount > 0 ? <RelativeTime at={row.nextAttemptAt} /> : "–"}
      </Td>
    </Tr>
  );
}
