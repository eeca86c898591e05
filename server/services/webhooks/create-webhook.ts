import type { z } from "zod";
import { recordAudit } from "#server/auth/audit";
import { requirePermission } from "#server/auth/permissions";
import { encryptSecret } from "#server/auth/secrets";
import { clock } from "#server/clock";
import { inTransaction } from "#server/db/client";
import { insertWebhookEndpoint, listWebhookEndpoints } from "#server/db/webhook-endpoints";
import { AppError } from "#server/errors";
import { newId } from "#server/ids";
import type { ServiceContext } from "#server/services/context";
import { newWebhookSecret } from "#server/services/webhooks/sign-webhook";
import { forgetTeamWebhooks } from "#server/services/webhooks/team-webhooks";
import { MAX_WEBHOOKS, requireWebhookUrl, WebhookSettings } from "#server/services/webhooks/webhook-settings";
import { secretHintOf, toWebhookView, type WebhookView } from "#server/services/webhooks/webhook-view";

export const CreateWebhookInput = WebhookSettings;

/** An endpoint with its signing secret, which is shown now and never again. */
export interface WebhookWithSecret {
  webhook: WebhookView;
  /** `whsec_…`: what a receiver verifies deliveries with. */
  signingSecret: string;
}

/**
 * Adds an endpoint that is told of the ends of responses from now on.
 * @throws AppError invalid_value beyond 20 endpoints, outbound_not_allowed, permission_denied
 */
export async function createWebhook({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: z.output<typeof CreateWebhookInput>;
}): Promise<WebhookWithSecret> {
  requirePermission(ctx.principal, "webhooks.manage");
  const { teamId } = ctx.principal;
  const url = await requireWebhookUrl(input.url, ctx.principal);
  if ((await listWebhookEndpoints(teamId)).length >= MAX_WEBHOOKS) {
    throw new AppError("invalid_value", `A team has at most ${MAX_WEBHOOKS} webhooks. Delete one first.`);
  }
  const signingSecret = newWebhookSecret();
  const now = new Date(clock().now());
  const row = {
    ...{ teamId, id: newId("webhookEndpoint"), name: input.name, url, events: input.events },
    ...{ backgroundOnly: input.backgroundOnly, enabled: true },
    ...{ secret: encryptSecret(signingSecret), secretHint: secretHintOf(signingSecret) },
    ...{ createdAt: now, updatedAt: now },
  };
  await inTransaction(async (tx) => {
    await insertWebhookEndpoint(row, tx);
    const detail = { name: row.name, url, events: input.events, backgroundOnly: row.backgroundOnly };
    await recordAudit(ctx.principal, { action: "webhook.create", resourceId: row.id, detail }, tx);
  });
  await forgetTeamWebhooks(teamId);
  return { webhook: toWebhookView(row), signingSecret };
}
