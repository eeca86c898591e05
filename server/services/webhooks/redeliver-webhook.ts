import { z } from "zod";
import { requirePermission } from "#server/auth/permissions";
import { clock } from "#server/clock";
import { config } from "#server/config";
import { findDelivery, reopenDelivery } from "#server/db/webhook-deliveries";
import { findWebhookEndpoint } from "#server/db/webhook-endpoints";
import { AppError } from "#server/errors";
import type { ServiceContext } from "#server/services/context";
import { wakeDeliveries } from "#server/services/webhooks/delivery-job";
import { type DeliveryView, deliveryNotFound, toDeliveryView } from "#server/services/webhooks/webhook-view";

export const RedeliverWebhookInput = z.object({ deliveryId: z.string().max(100) });

/**
 * Sends a delivery once more, whatever became of it: the same event under the same `webhook-id`. When that fails it is
 * tried again for as long as a new one.
 * @throws AppError not_found, invalid_value while the endpoint is disabled, permission_denied
 */
export async function redeliverWebhook({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: z.infer<typeof RedeliverWebhookInput>;
}): Promise<DeliveryView> {
  requirePermission(ctx.principal, "webhooks.manage");
  const key = { teamId: ctx.principal.teamId, id: input.deliveryId };
  const delivery = await findDelivery(key);
  const endpoint = delivery && (await findWebhookEndpoint({ teamId: key.teamId, id: delivery.endpointId }));
  if (!delivery || !endpoint) throw deliveryNotFound();
  if (!endpoint.enabled) {
    throw new AppError("invalid_value", `"${endpoint.name}" is disabled. Enable it, then send this again.`);
  }
  const now = clock().now();
  const times = { now: new Date(now), retryUntil: new Date(now + config().WEBHOOK_RETRY_SECONDS) };
  if (!(await reopenDelivery(key, times))) throw deliveryNotFound();
  wakeDeliveries([key]);
  const reopened = await findDelivery(key);
  if (!reopened) throw deliveryNotFound();
  return toDeliveryView(reopened);
}
