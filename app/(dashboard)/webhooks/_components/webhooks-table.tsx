"use client";
import { CirclePause } from "lucide-react";
import Link from "next/link";
import { formatExact } from "#components/format/numbers";
import { RelativeTime } from "#components/ui/relative-time";
import { Status } from "#components/ui/status";
import { rowLinkProps, Table, Td, Th, Tr } from "#components/ui/table";
import { describeEvents } from "./events";
import type { Webhook } from "./webhook-types";

const head = (
  <>
    <Th>Name</Th>
    <Th>Status</Th>
    <Th>Address</Th>
    <Th>Told of</Th>
    <Th align="right">Delivered, 24 h</Th>
    <Th align="right">Failed, 24 h</Th>
    <Th>Last event</Th>
  </>
);

/** The webhooks, the oldest first. */
export function WebhooksTable({ webhooks }: { webhooks: readonly Webhook[] }) {
  return (
    <Table label="Webhooks" head={head} keys wide>
      {webhooks.map((webhook) => (
        <Tr key={webhook.id} className={webhook.enabled ? undefined : "text-ink-3"}>
          <Td className="max-w-56">
            <Link {...rowLinkProps} href={`/webhooks/${webhook.id}`} className="block truncate rounded-xs font-medium">
              {webhook.name}
            </Link>
          </Td>
          <Td className="whitespace-nowrap">
            <WebhookStatus webhook={webhook} />
          </Td>
          <Td className="max-w-72 truncate">
            <span className="figures text-ink-2 text-sm" title={webhook.url}>
              {webhook.url}
            </span>
          </Td>
          <Td className="whitespace-nowrap text-ink-2">
            {describeEvents(webhook.events)}
            <span className="text-ink-3">{webhook.backgroundOnly ? ", background" : ", all stored"}</span>
          </Td>
          <Td align="right">{formatExact(webhook.recent.delivered)}</Td>
          <Td align="right">
            <span className={webhook.recent.failed > 0 ? "text-danger" : undefined}>
              {formatExact(webhook.recent.failed)}
            </span>
          </Td>
          <Td className="whitespace-nowrap text-ink-2">
            {webhook.recent.lastAt ? <RelativeTime at={webhook.recent.lastAt} /> : "None in 24 h"}
          </Td>
        </Tr>
      ))}
    </Table>
  );
}

/** Whether a webhook is told of anything, and whether it hears. */
export function WebhookStatus({ webhook }: { webhook: Webhook }) {
  if (!webhook.enabled) {
    return (
      <Status tone="neutral" icon={CirclePause}>
        Disabled
      </Status>
    );
  }
  if (webhook.recent.failed > 0) return <Status tone="danger">Failing</Status>;
  if (webhook.recent.pending > 0) return <Status tone="warning">{webhook.recent.pending} waiting</Status>;
  return <Status tone="ok">Enabled</Status>;
}
