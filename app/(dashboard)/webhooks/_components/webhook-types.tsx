import type { Inputs, Outputs } from "#components/trpc/client";

export type Webhook = Outputs["webhooks"]["list"][number];
export type Delivery = Outputs["webhooks"]["deliveries"]["deliveries"][number];
export type DeliveryStatus = Delivery["status"];

/** What can be set on a webhook. */
export type WebhookDraft = Inputs["webhooks"]["create"];
