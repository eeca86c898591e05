import { z } from "zod";
import { recordAudit } from "#server/auth/audit";
import { requirePermission } from "#server/auth/permissions";
import { clock } from "#server/clock";
import { inTransaction } from "#server/db/client";
import { updateWebhookEndpoint } from "#server/db/webhook-endpoints";
import type { ServiceContext } from "#server/services/context";
import { forgetTeamWebhooks } from "#server/services/webhooks/team-webhooks";
import { requireWebhookUrl, WebhookSettings } from "#server/services/webhooks/webhook-settings";
import { toWebhookView, type WebhookView, webhookNotFound } from "#server/services/webhooks/webhook-view";

export const UpdateWebhookInput = WebhookSettings.partial().extend({
  id: z.string().max(100),
  enabled: z.boolean().optional(),
});

/**
 * Changes an endpoint. A disabled one is told of nothing, and what it was to be told of ends undelivered.
 * @throws AppError not_found, outbound_not_allowed, permission_denied
 */
export async function updateWebhook({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: z.output<typeof UpdateWebhookInput>;
}): Promise<WebhookView> {
  requirePermission(ctx.principal, "webhooks.manage");
  const { teamId } = ctx.principal;
  const { id, url, ...settings } = input;
  const checked = url === undefined ? {} : { url: await requireWebhookUrl(url, ctx.principal) };
  const given = Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
  const change = { ...given, ...checked };
  const row = await inTransaction(async (tx) => {
    const updated = await updateWebhookEndpoint(
      { teamId, id, change: { ...change, updatedAt: new Date(clock().now()) } },
      tx,
    );
    if (!updated) throw webhookNotFound();
    await recordAudit(ctx.principal, { action: "webhook.update", resourceId: id, detail: change }, tx);
    return updated;
  });
  await forgetTeamWebhooks(teamId);
  return toWebhookView(row);
}
