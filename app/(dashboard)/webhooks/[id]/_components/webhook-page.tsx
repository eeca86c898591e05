"use client";
import { useQuery } from "@tanstack/react-query";
import { Webhook as WebhookIcon } from "lucide-react";
import { Page } from "#components/shell/page";
import { useMay } from "#components/shell/shell-context";
import { useTRPC } from "#components/trpc/client";
import { CopyId } from "#components/ui/copy-id";
import { FactStrip } from "#components/ui/fact-strip";
import { MissingThing } from "#components/ui/missing-thing";
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
  return <FactStrip facts={facts} />;
}

function NoSuchWebhook() {
  return <MissingThing icon={WebhookIcon} thing="webhook" href="/webhooks" />;
}

function WebhookSkeleton() {
  return (
    <div role="status" aria-label="Loading" className="flex flex-col gap-5">
      <Skeleton className="h-17" />
      <Skeleton className="h-60" />
    </div>
  );
}
