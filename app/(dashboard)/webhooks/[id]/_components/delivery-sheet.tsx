"use client";
import { useMutation } from "@tanstack/react-query";
import { Send } from "lucide-react";
import Link from "next/link";
import { formatDuration } from "#components/format/numbers";
import { useMay } from "#components/shell/shell-context";
import { useTRPC } from "#components/trpc/client";
import { Button } from "#components/ui/button";
import { CopyId } from "#components/ui/copy-id";
import { errorText } from "#components/ui/error-state";
import { FactList } from "#components/ui/fact-list";
import { JsonViewer } from "#components/ui/json-viewer";
import { RelativeTime } from "#components/ui/relative-time";
import { Sheet } from "#components/ui/sheet";
import { Status } from "#components/ui/status";
import { toast } from "#components/ui/toast";
import type { Delivery, Webhook } from "../../_components/webhook-types";
import { DeliveryState } from "./delivery-state";
import { useRefreshWebhooks } from "./use-refresh-webhooks";

export interface DeliverySheetProps {
  webhook: Webhook;
  /** The one that is looked at; null: none. */
  delivery: Delivery | null;
  onClose: () => void;
}

/** One delivery: what was sent, each attempt, and the way to send it once more. */
export function DeliverySheet({ webhook, delivery, onClose }: DeliverySheetProps) {
  return (
    <Sheet open={delivery !== null} onOpenChange={onClose} title="Delivery">
      {delivery && <DeliveryDetail webhook={webhook} delivery={delivery} />}
    </Sheet>
  );
}

function DeliveryDetail({ webhook, delivery }: { webhook: Webhook; delivery: Delivery }) {
  return (
    <div className="flex min-w-0 flex-col gap-5 p-4">
      <div className="flex flex-wrap items-start justify-between gap-3">
        <DeliveryState delivery={delivery} />
        <Redeliver webhook={webhook} delivery={delivery} />
      </div>
      <DeliveryFacts delivery={delivery} />
      <section>
        <h3 className="mb-2 font-medium">Payload</h3>
        <JsonViewer value={JSON.parse(delivery.payload)} label="Payload" />
      </section>
      <section>
        <h3 className="mb-2 font-medium">Attempts</h3>
        <Attempts delivery={delivery} />
      </section>
    </div>
  );
}

function Redeliver({ webhook, delivery }: { webhook: Webhook; delivery: Delivery }) {
  const trpc = useTRPC();
  const mayManage = useMay("webhooks.manage");
  const refresh = useRefreshWebhooks();
  const redeliver = useMutation(
    trpc.webhooks.redeliver.mutationOptions({
      onSuccess: () => toast({ title: "Sent once more" }),
      onError: (error) => toast({ kind: "error", title: "It was not sent", description: errorText(error) }),
      onSettled: refresh,
    }),
  );
  if (!mayManage) return null;
  return (
    <Button
      size="sm"
      icon={Send}
      busy={redeliver.isPending}
      disabled={!webhook.enabled}
      onClick={() => redeliver.mutate({ deliveryId: delivery.id })}
    >
      {delivery.status === "pending" && delivery.attemptCount > 0 ? "Try now" : "Send again"}
    </Button>
  );
}

function DeliveryFacts({ delivery }: { delivery: Delivery }) {
  const facts = [
    {
      name: "Response",
      value: (
        <span className="flex flex-wrap items-center gap-x-3">
          <CopyId id={delivery.responseId} />
          <Link
            href={`/traces?search=${delivery.responseId}`}
            className="rounded-xs text-accent text-sm hover:underline"
          >
            Find its trace
          </Link>
        </span>
      ),
    },
    { name: "webhook-id", value: <CopyId id={delivery.eventId} /> },
    { name: "Announced", value: <RelativeTime at={delivery.createdAt} /> },
    ...(delivery.nextAttemptAt ? [{ name: "Next attempt", value: <RelativeTime at={delivery.nextAttemptAt} /> }] : []),
    ...(delivery.status === "pending" ? [{ name: "Given up", value: <RelativeTime at={delivery.retryUntil} /> }] : []),
  ];
  return <FactList facts={facts} />;
}

function Attempts({ delivery }: { delivery: Delivery }) {
  if (delivery.attempts.length === 0) {
    return (
      <p className="text-ink-2">
        {delivery.status === "stopped" ? "None: the webhook was disabled before the first." : "The first is under way."}
      </p>
    );
  }
  return (
    <ol className="rounded-md border">
      {delivery.attempts.toReversed().map((attempt) => (
        <li key={attempt.number} className="flex flex-col gap-1 border-b px-3 py-2 last:border-b-0">
          <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <span className="figures text-ink-3 text-sm">{attempt.number}</span>
            <Status tone={attempt.error === null ? "ok" : "danger"}>
              {attempt.status === null ? "No answer" : `Answered ${attempt.status}`}
            </Status>
            <span className="figures text-ink-2 text-sm">{formatDuration(attempt.durationMs)}</span>
            <RelativeTime at={attempt.startedAt} className="ml-auto text-ink-3 text-sm" />
          </div>
          {attempt.error && (attempt.status ?? 0) < 400 && (
            <p className="text-ink-2 text-sm [overflow-wrap:anywhere]">{attempt.error}</p>
          )}
          {attempt.snippet && (
            <pre className="figures whitespace-pre-wrap rounded-sm bg-sunken px-2 py-1 text-sm [overflow-wrap:anywhere]">
              {attempt.snippet}
            </pre>
          )}
        </li>
      ))}
    </ol>
  );
}
