import { clock, toSeconds } from "#server/clock";
import { config } from "#server/config";
import type { NewDelivery } from "#server/db/webhook-deliveries";
import { newId } from "#server/ids";
import { type WebhookEvent, type WebhookEventType, webhookEventOf } from "#server/protocol/webhooks";
import { wakeDeliveries } from "#server/services/webhooks/delivery-job";
import { loadTeamWebhooks } from "#server/services/webhooks/team-webhooks";

/** What of a response decides who is told of it. */
export interface AnnouncedResponse {
  id: string;
  status: string;
  background: boolean;
}

export interface DeliveryDraft {
  teamId: string;
  endpointIds: readonly string[];
  type: WebhookEventType;
  responseId: string;
}

/** One delivery of one event to each endpoint, due now. */
export function draftDeliveries({ teamId, endpointIds, type, responseId }: DeliveryDraft): NewDelivery[] {
  const createdAt = clock().now();
  const eventId = newId("webhookEvent");
  const event: WebhookEvent = {
    id: eventId,
    object: "event",
    type,
    created_at: toSeconds(createdAt),
    data: { id: responseId },
  };
  return endpointIds.map((endpointId) => ({
    teamId,
    id: newId("webhookDelivery"),
    endpointId,
    eventId,
    eventType: type,
    responseId,
    payload: JSON.stringify(event),
    createdAt,
    retryUntil: createdAt + config().WEBHOOK_RETRY_SECONDS,
  }));
}

/** @throws AppError database_unavailable */
async function deliveriesOf(teamId: string, response: AnnouncedResponse): Promise<NewDelivery[]> {
  const type = webhookEventOf(response.status);
  if (type === null) return [];
  const endpoints = await loadTeamWebhooks(teamId);
  const listening = endpoints.filter(
    ({ events, backgroundOnly }) => events.includes(type) && (response.background || !backgroundOnly),
  );
  if (listening.length === 0) return [];
  return draftDeliveries({ teamId, endpointIds: listening.map(({ id }) => id), type, responseId: response.id });
}

export interface AnnounceInput {
  teamId: string;
  /** As it is about to be stored; nobody is told of one that still runs. */
  response: AnnouncedResponse;
  /** Stores the response and the deliveries in one transaction (`deliveryInsert`). */
  store(deliveries: readonly NewDelivery[]): Promise<void>;
}

/**
 * Stores a finished response together with the news of it for the team's webhooks, and has them sent.
 * @throws what `store` throws; AppError database_unavailable
 */
export async function announceResponse({ teamId, response, store }: AnnounceInput): Promise<void> {
  const deliveries = await deliveriesOf(teamId, response);
  await store(deliveries);
  wakeDeliveries(deliveries);
}
