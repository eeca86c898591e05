import { clock } from "#server/clock";
import { config } from "#server/config";
import {
  claimDelivery,
  type DeliveryRow,
  recordAttempt,
  removeDelivery,
  stopDelivery,
} from "#server/db/webhook-deliveries";
import { findWebhookEndpoint } from "#server/db/webhook-endpoints";
import { type DeliveryPayload, wakeDeliveries } from "#server/services/webhooks/delivery-job";
import { type SentDelivery, sendDelivery } from "#server/services/webhooks/send-delivery";

/** Beyond the time a receiver may take: for what is done before and after. */
const LEASE_SLACK_MS = 30_000;

/** How often it was tried since it was announced, or since somebody had it sent once more. */
function triesOf({ attempts, retryUntil }: DeliveryRow): number {
  const since = retryUntil.getTime() - config().WEBHOOK_RETRY_SECONDS;
  return attempts.filter(({ startedAt }) => startedAt >= since).length;
}

/** When a failed delivery is tried again, after twice as long each time; null when its time would be over then. */
function nextTry(delivery: DeliveryRow, { retryAfterMs }: SentDelivery, now: number): Date | null {
  const { WEBHOOK_BACKOFF_SECONDS, WEBHOOK_MAX_BACKOFF_SECONDS } = config();
  const backoff = Math.min(WEBHOOK_BACKOFF_SECONDS * 2 ** triesOf(delivery), WEBHOOK_MAX_BACKOFF_SECONDS);
  const at = now + Math.max(backoff, retryAfterMs ?? 0);
  return at > delivery.retryUntil.getTime() ? null : new Date(at);
}

/**
 * Makes one attempt at a delivery, if one is due, and settles when the next will be. An endpoint that is deleted or
 * disabled ends it. May run twice at once or be killed: an attempt holds the delivery for its time only, so a receiver
 * hears of an event at least once, and tells repetitions by `webhook-id`.
 * @throws AppError database_unavailable; the signal's reason when it aborts
 */
export async function deliverWebhook({
  input,
  signal,
}: {
  input: DeliveryPayload;
  signal: AbortSignal;
}): Promise<void> {
  const claimedAt = clock().now();
  const leasedUntil = new Date(claimedAt + config().WEBHOOK_TIMEOUT_SECONDS + LEASE_SLACK_MS);
  const delivery = await claimDelivery(input, { now: new Date(claimedAt), leasedUntil });
  if (!delivery) return;
  const endpoint = await findWebhookEndpoint({ teamId: delivery.teamId, id: delivery.endpointId });
  if (!endpoint) return removeDelivery(delivery);
  if (!endpoint.enabled) return stopDelivery(delivery, new Date(claimedAt));
  const sent = await sendDelivery(endpoint, delivery, signal);
  const now = clock().now();
  if (sent.attempt.error === null) {
    const outcome = { status: "delivered", nextAttemptAt: null, attempt: sent.attempt, now: new Date(now) } as const;
    return recordAttempt(delivery, leasedUntil, outcome);
  }
  const nextAttemptAt = nextTry(delivery, sent, now);
  const status = nextAttemptAt ? "pending" : "failed";
  await recordAttempt(delivery, leasedUntil, { attempt: sent.attempt, status, nextAttemptAt, now: new Date(now) });
  if (!nextAttemptAt) return;
  const startAfterSeconds = Math.ceil((nextAttemptAt.getTime() - now) / 1000);
  wakeDeliveries([delivery], { startAfterSeconds });
}
