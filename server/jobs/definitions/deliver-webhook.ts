import { implementJob } from "#server/jobs/queue";
import { deliverWebhook } from "#server/services/webhooks/deliver-webhook";
import { deliverWebhookJob } from "#server/services/webhooks/delivery-job";

/** Tells an endpoint of an event, enqueued when the response is stored and after each attempt that failed. */
export const deliverWebhookDefinition = implementJob(deliverWebhookJob, (payload, { signal }) =>
  deliverWebhook({ input: payload, signal }),
);
