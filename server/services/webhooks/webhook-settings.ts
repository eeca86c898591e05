import { z } from "zod";
import type { Principal } from "#server/auth/principal";
import { config } from "#server/config";
import { AppError, isAppError } from "#server/errors";
import { checkOutboundUrl } from "#server/outbound/guard";
import { WEBHOOK_EVENTS, WebhookEventType } from "#server/protocol/webhooks";

/** Endpoints that a team may have. */
export const MAX_WEBHOOKS = 20;

/** What can be set on an endpoint, at its making and later. */
export const WebhookSettings = z.object({
  name: z.string().trim().min(1, "Name the webhook.").max(100),
  url: z.string().trim().min(1, "Give the address that is to be called.").max(2_000),
  events: z
    .array(WebhookEventType)
    .min(1, "Choose at least one event.")
    .max(WEBHOOK_EVENTS.length)
    .transform((events) => WEBHOOK_EVENTS.filter((event) => events.includes(event))),
  /** False: also of stored responses that did not run in the background. */
  backgroundOnly: z.boolean(),
});

/**
 * The address in its one spelling, checked as users' URLs are. Owners may name this machine while only it can connect.
 * @throws AppError outbound_not_allowed (naming OUTBOUND_ALLOW and the value to set)
 */
export async function requireWebhookUrl(text: string, principal: Principal): Promise<string> {
  const isOwner = principal.type === "user" && principal.role === "owner";
  try {
    const url = await checkOutboundUrl(text, { allowLoopback: isOwner && config().loopbackOnly });
    return url.href;
  } catch (error) {
    if (!isAppError(error)) throw error;
    throw new AppError(error.code, error.message, { param: "url", cause: error });
  }
}
