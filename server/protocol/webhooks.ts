import { z } from "zod";

/** What a webhook endpoint can be told of: the ends of responses, named as OpenAI names them. */
export const WEBHOOK_EVENTS = [
  "response.completed",
  "response.failed",
  "response.incomplete",
  "response.cancelled",
] as const;

export const WebhookEventType = z.enum(WEBHOOK_EVENTS);

export type WebhookEventType = z.infer<typeof WebhookEventType>;

/** The body of a delivery, in OpenAI's shape: it says what happened to which response, and holds no content. */
export interface WebhookEvent {
  id: string;
  object: "event";
  type: WebhookEventType;
  /** Seconds since the epoch. */
  created_at: number;
  data: { id: string };
}

/** The event of a response's status; null while it runs. */
export function webhookEventOf(status: string): WebhookEventType | null {
  const parsed = WebhookEventType.safeParse(`response.${status}`);
  return parsed.success ? parsed.data : null;
}
