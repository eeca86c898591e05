"use client";
import { useQuery } from "@tanstack/react-query";
import { Webhook as WebhookIcon } from "lucide-react";
import Link from "next/link";
import { Page } from "#components/shell/page";
import { useMay } from "#components/shell/shell-context";
import { useTRPC } from "#components/trpc/client";
import { buttonClass } from "#components/ui/button";
import { CopyId } from "#components/ui/copy-id";
import { EmptyState } from "#components/ui/empty-state";
import { QueryView } from "#components/ui/query-view";
import { RelativeTime } from "#components/ui/relative-time";
import { Skeleton } from "#components/ui/skeleton";
import { describeEvents } from "../../_components/events";
import type { Webhook } from "../../_components/webhook-types";
import { WebhookStatus } from "../../_components/webhooks-table";
import { DeliveryLog } from "./delivery-log";
import { WebhookActions } from "./webhook-actions";

const crumbs = [{ label: "Webhooks", href: "/webhooks" }];

/** One webhook: its facts, its actions, and the log of what it was told. */
export function WebhookPage({ webhookId }: { webhookId: string }) {
  const trpc = useTRPC();
  const mayManage = useMay("webhooks.manage");
  const webhooks = useQuery(trpc.webhooks.list.queryOptions());
  const webhook = webhooks.data?.find((each) => each.id === webhookId);
  return (
    <Page
      title={webhook?.name ?? "Webhook"}
      crumbs={crumbs}
      actions={webhook && mayManage && <WebhookActions webhook={webhook} />}
    >
      <QueryView query={webhooks} title="The webhook could not be loaded" skeleton={<WebhookSkeleton />}>
        {() =>
          webhook ? (
            <div className="flex min-w-0 flex-col gap-5">
              <WebhookFacts webhook={webhook} />
              <DeliveryLog webhook={webhook} />
            </div>
          ) : (
            <NoSuchWebhook />
          )
        }
      </QueryView>
    </Page>
  );
}

function WebhookFacts({ webhook }: { webhook: Webhook }) {
  const facts = [
    { name: "Status", value: <WebhookStatus webhook={webhook} /> },
    { name: "Address", value: <CopyId id={webhook.url} whole /> },
    { name: "Told of", value: describeEvents(webhook.events) },
    { name: "Responses", value: webhook.backgroundOnly ? "Background" : "All stored" },
    { name: "Signing secret", value: <span className="figures text-sm">whsec_{webhook.secretHint}</span> },
    { name: "Added", value: <RelativeTime at={webhook.createdAt} /> },
    { name: "Id", value: <CopyId id={webhook.id} /> },
  ];
  return (
    <dl className="flex flex-wrap gap-x-7 gap-y-3 rounded-md border bg-surface px-4 py-3">
      {facts.map((fact) => (
        <div key={fact.name} className="min-w-0 max-w-full">
          <dt className="text-ink-3 text-sm">{fact.name}</dt>
          <dd className="flex min-h-5 min-w-0 items-center">{fact.value}</dd>
        </div>
      ))}
    </dl>
  );
}

function NoSuchWebhook() {
  return (
    <EmptyState
      icon={WebhookIcon}
      title="There is no such webhook"
      action={
        <Link href="/webhooks" className={buttonClass({ variant: "primary" })}>
          All webhooks
        </Link>
      }
    >
      It may have been deleted, or belong to another team.
    </EmptyState>
  );
}

function WebhookSkeleton() {
  return (
    <div role="status" aria-label="Loading" className="flex flex-col gap-5">
      <Skeleton className="h-17" />
      <Skeleton className="h-60" />
    </div>
  );
}
