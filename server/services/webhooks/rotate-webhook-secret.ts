import { z } from "zod";
import { recordAudit } from "#server/auth/audit";
import { requirePermission } from "#server/auth/permissions";
import { encryptSecret } from "#server/auth/secrets";
import { clock } from "#server/clock";
import { inTransaction } from "#server/db/client";
import { updateWebhookEndpoint } from "#server/db/webhook-endpoints";
import type { ServiceContext } from "#server/services/context";
import type { WebhookWithSecret } from "#server/services/webhooks/create-webhook";
import { newWebhookSecret } from "#server/services/webhooks/sign-webhook";
import { secretHintOf, toWebhookView, webhookNotFound } from "#server/services/webhooks/webhook-view";

export const RotateWebhookSecretInput = z.object({ id: z.string().max(100) });

/**
 * Gives an endpoint a new signing secret, which is shown once; deliveries are signed with it from now on.
 * @throws AppError not_found, permission_denied
 */
export async function rotateWebhookSecret({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: z.infer<typeof RotateWebhookSecretInput>;
}): Promise<WebhookWithSecret> {
  requirePermission(ctx.principal, "webhooks.manage");
  const { teamId } = ctx.principal;
  const signingSecret = newWebhookSecret();
  const change = {
    secret: encryptSecret(signingSecret),
    secretHint: secretHintOf(signingSecret),
    updatedAt: new Date(clock().now()),
  };
  const row = await inTransaction(async (tx) => {
    const updated = await updateWebhookEndpoint({ teamId, id: input.id, change }, tx);
    if (!updated) throw webhookNotFound();
    await recordAudit(ctx.principal, { action: "webhook.rotateSecret", resourceId: input.id }, tx);
    return updated;
  });
  return { webhook: toWebhookView(row), signingSecret };
}
