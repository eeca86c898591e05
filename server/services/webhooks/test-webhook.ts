import { z } from "zod";
import { requirePermission } from "#server/auth/permissions";
import { insertDeliveries } from "#server/db/webhook-deliveries";
import { findWebhookEndpoint } from "#server/db/webhook-endpoints";
import { AppError } from "#server/errors";
import { newId } from "#server/ids";
import { WebhookEventType } from "#server/protocol/webhooks";
import type { ServiceContext } from "#server/services/context";
import { draftDeliveries } from "#server/services/webhooks/announce-response";
import { wakeDeliveries } from "#server/services/webhooks/delivery-job";
import { webhookNotFound } from "#server/services/webhooks/webhook-view";

export const TestWebhookInput = z.object({ id: z.string().max(100), event: WebhookEventType });

/**
 * Sends an endpoint an example of an event, about a response that does not exist. It appears in the log.
 * @throws AppError not_found, invalid_value while the endpoint is disabled, permission_denied
 */
export async function testWebhook({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: z.infer<typeof TestWebhookInput>;
}): Promise<{ deliveryId: string }> {
  requirePermission(ctx.principal, "webhooks.manage");
  const { teamId } = ctx.principal;
  const endpoint = await findWebhookEndpoint({ teamId, id: input.id });
  if (!endpoint) throw webhookNotFound();
  if (!endpoint.enabled) throw new AppError("invalid_value", `"${endpoint.name}" is disabled. Enable it first.`);
  const draft = { teamId, endpointIds: [endpoint.id], type: input.event, responseId: newId("response") };
  const deliveries = draftDeliveries(draft);
  await insertDeliveries(deliveries);
  wakeDeliveries(deliveries);
  return { deliveryId: deliveries[0]?.id ?? "" };
}
