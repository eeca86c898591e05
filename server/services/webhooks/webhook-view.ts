import type { DeliveryCounts, DeliveryRow } from "#server/db/webhook-deliveries";
import type { WebhookEndpointRow } from "#server/db/webhook-endpoints";
import { AppError } from "#server/errors";

/** An endpoint as it is shown: of its secret only the last four characters. */
export interface WebhookView extends Omit<WebhookEndpointRow, "teamId" | "secret"> {
  /** Its deliveries of the last 24 hours. */
  recent: { pending: number; delivered: number; failed: number; lastAt: Date | null };
}

const NONE: WebhookView["recent"] = { pending: 0, delivered: 0, failed: 0, lastAt: null };

/** What of a stored endpoint is shown. */
export function toWebhookView(row: WebhookEndpointRow, counts?: DeliveryCounts): WebhookView {
  const { teamId: _team, secret: _secret, ...shown } = row;
  if (!counts) return { ...shown, recent: NONE };
  const { pending, delivered, failed, lastAt } = counts;
  return { ...shown, recent: { pending, delivered, failed, lastAt } };
}

/** A delivery as it is shown. */
export type DeliveryView = Omit<DeliveryRow, "teamId">;

/** What of a stored delivery is shown. */
export function toDeliveryView({ teamId: _team, ...shown }: DeliveryRow): DeliveryView {
  return shown;
}

const HINT_LENGTH = 4;

/** The end of a signing secret. */
export function secretHintOf(secret: string): string {
  return `…${secret.slice(-HINT_LENGTH)}`;
}

/** The answer to an id that the team has no endpoint of. */
export function webhookNotFound(): AppError {
  return new AppError("not_found", "No such webhook.");
}

/** The answer to an id that the team has no delivery of. */
export function deliveryNotFound(): AppError {
  return new AppError("not_found", "No such delivery.");
}
