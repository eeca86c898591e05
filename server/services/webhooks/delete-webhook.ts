import { z } from "zod";
import { recordAudit } from "#server/auth/audit";
import { requirePermission } from "#server/auth/permissions";
import { inTransaction } from "#server/db/client";
import { deleteWebhookEndpoint } from "#server/db/webhook-endpoints";
import type { ServiceContext } from "#server/services/context";
import { forgetTeamWebhooks } from "#server/services/webhooks/team-webhooks";
import { webhookNotFound } from "#server/services/webhooks/webhook-view";

export const DeleteWebhookInput = z.object({ id: z.string().max(100) });

/**
 * Deletes an endpoint with its log; what it was still to be told of is not sent.
 * @throws AppError not_found, permission_denied
 */
export async function deleteWebhook({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: z.infer<typeof DeleteWebhookInput>;
}): Promise<{ id: string }> {
  requirePermission(ctx.principal, "webhooks.manage");
  const { teamId } = ctx.principal;
  const { id } = input;
  await inTransaction(async (tx) => {
    const deleted = await deleteWebhookEndpoint({ teamId, id }, tx);
    if (!deleted) throw webhookNotFound();
    const detail = { name: deleted.name, url: deleted.url };
    await recordAudit(ctx.principal, { action: "webhook.delete", resourceId: id, detail }, tx);
  });
  await forgetTeamWebhooks(teamId);
  return { id };
}
