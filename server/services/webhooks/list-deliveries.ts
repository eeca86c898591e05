import { z } from "zod";
import { requirePermission } from "#server/auth/permissions";
import { listDeliveries as listRows } from "#server/db/webhook-deliveries";
import { findWebhookEndpoint } from "#server/db/webhook-endpoints";
import type { ServiceContext } from "#server/services/context";
import { type DeliveryView, toDeliveryView, webhookNotFound } from "#server/services/webhooks/webhook-view";

export const ListDeliveriesInput = z.object({
  webhookId: z.string().max(100),
  status: z.enum(["pending", "delivered", "failed", "stopped"]).nullish(),
  cursor: z.string().max(100).nullish(),
  limit: z.number().int().min(1).max(100).default(25),
});

export interface DeliveryList {
  /** The newest first. */
  deliveries: DeliveryView[];
  /** Give it back as `cursor` for older ones; null at the end. */
  nextCursor: string | null;
}

/**
 * A page of what an endpoint was told, and what became of it.
 * @throws AppError not_found, permission_denied
 */
export async function listDeliveries({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: z.output<typeof ListDeliveriesInput>;
}): Promise<DeliveryList> {
  requirePermission(ctx.principal, "webhooks.read");
  const { teamId } = ctx.principal;
  const { webhookId: endpointId, limit } = input;
  if (!(await findWebhookEndpoint({ teamId, id: endpointId }))) throw webhookNotFound();
  const page = { teamId, endpointId, before: input.cursor ?? null, status: input.status ?? null, limit: limit + 1 };
  const rows = await listRows(page);
  const shown = rows.slice(0, limit);
  return {
    deliveries: shown.map(toDeliveryView),
    nextCursor: rows.length > limit ? (shown.at(-1)?.id ?? null) : null,
  };
}
