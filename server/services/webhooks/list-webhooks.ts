import { requirePermission } from "#server/auth/permissions";
import { clock } from "#server/clock";
import { countDeliveries } from "#server/db/webhook-deliveries";
import { listWebhookEndpoints } from "#server/db/webhook-endpoints";
import { idFloorOf } from "#server/ids";
import type { ServiceContext } from "#server/services/context";
import { toWebhookView, type WebhookView } from "#server/services/webhooks/webhook-view";

const DAY_MS = 24 * 3600 * 1000;

/** The team's endpoints, the oldest first, with how their deliveries went lately. */
export async function listWebhooks({ ctx }: { ctx: ServiceContext }): Promise<WebhookView[]> {
  requirePermission(ctx.principal, "webhooks.read");
  const { teamId } = ctx.principal;
  const since = idFloorOf("webhookDelivery", clock().now() - DAY_MS);
  const [rows, counts] = await Promise.all([listWebhookEndpoints(teamId), countDeliveries(teamId, since)]);
  const byEndpoint = new Map(counts.map((each) => [each.endpointId, each]));
  return rows.map((row) => toWebhookView(row, byEndpoint.get(row.id)));
}
