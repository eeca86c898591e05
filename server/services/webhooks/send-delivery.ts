import { decryptSecret } from "#server/auth/secrets";
import { clock, toSeconds } from "#server/clock";
import { config } from "#server/config";
import type { DeliveryAttempt, DeliveryRow } from "#server/db/webhook-deliveries";
import type { WebhookEndpointRow } from "#server/db/webhook-endpoints";
import { isAppError } from "#server/errors";
import { errorFacts, log } from "#server/log";
import { namesLoopback } from "#server/outbound/guard";
import { outboundFetch } from "#server/outbound/outbound-fetch";
import { signWebhook } from "#server/services/webhooks/sign-webhook";
import { cleanText } from "#server/tracing/content";

/** Bytes of the receiver's answer that are read, and characters of it that are kept. */
const MAX_ANSWER_BYTES = 4_096;
const SNIPPET_LENGTH = 500;
const ERROR_LENGTH = 300;

/** How one attempt went. */
export interface SentDelivery {
  attempt: DeliveryAttempt;
  /** What the receiver asks to wait, in milliseconds. */
  retryAfterMs: number | null;
}

function readRetryAfter(value: string | undefined): number | null {
  const seconds = Number(value);
  return value !== undefined && Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : null;
}

function faultOf(status: number): string | null {
  if (status >= 200 && status < 300) return null;
  if (status >= 300 && status < 400) return `Redirected (${status}); deliveries follow no redirects.`;
  return `Answered with status ${status}.`;
}

function post(endpoint: WebhookEndpointRow, delivery: DeliveryRow, signal: AbortSignal) {
  const message = { id: delivery.eventId, timestamp: toSeconds(clock().now()), body: delivery.payload };
  return outboundFetch(endpoint.url, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "user-agent": "Rejoinder-Webhooks/1.0",
      ...signWebhook(message, decryptSecret(endpoint.secret)),
    },
    body: delivery.payload,
    signal,
    timeoutMs: config().WEBHOOK_TIMEOUT_SECONDS,
    maxBytes: MAX_ANSWER_BYTES,
    cutBody: true,
    followRedirects: false,
    // Only owners can save an address of this machine.
    policy: { allowLoopback: namesLoopback(endpoint.url) && config().loopbackOnly },
  });
}

/**
 * Posts a delivery to its endpoint, signed, through the outbound guard. Whatever goes wrong is told in the attempt.
 * @throws the signal's reason when it aborts
 */
export async function sendDelivery(
  endpoint: WebhookEndpointRow,
  delivery: DeliveryRow,
  signal: AbortSignal,
): Promise<SentDelivery> {
  const startedAt = clock().now();
  const base = { number: delivery.attemptCount + 1, startedAt };
  const elapsed = () => clock().now() - startedAt;
  try {
    const { status, headers, body } = await post(endpoint, delivery, signal);
    const snippet = cleanText(body.toString("utf8"), SNIPPET_LENGTH);
    const attempt = { ...base, durationMs: elapsed(), status, error: faultOf(status), snippet };
    return { attempt, retryAfterMs: readRetryAfter(headers["retry-after"]) };
  } catch (error) {
    if (signal.aborted) throw error;
    if (!isAppError(error))
      log().error({ ...errorFacts(error), deliveryId: delivery.id }, "a webhook could not be sent");
    const message = isAppError(error) ? error.message : "The signing secret could not be read. Rotate it.";
    const attempt = { ...base, durationMs: elapsed(), status: null, error: cleanText(message, ERROR_LENGTH) };
    return { attempt: { ...attempt, snippet: "" }, retryAfterMs: null };
  }
}
