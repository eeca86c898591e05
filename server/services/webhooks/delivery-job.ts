import { z } from "zod";
import { config } from "#server/config";
import { defineJob, type EnqueueOptions, enqueue } from "#server/jobs/queue";
import { errorFacts, log } from "#server/log";

/** One delivery of one event to one endpoint. */
export const DeliveryPayload = z.object({ teamId: z.string(), id: z.string() });
export type DeliveryPayload = z.infer<typeof DeliveryPayload>;

/** Makes one attempt; run by `jobs/definitions/deliver-webhook.ts`. */
export const deliverWebhookJob = defineJob({
  name: "deliver-webhook",
  schema: DeliveryPayload,
  options: {
    get concurrency() {
      return config().WEBHOOK_CONCURRENCY;
    },
    expireInSeconds: 300,
  },
});

/**
 * Has deliveries tried soon. Returns at once and never throws: the rows are what is durable, and the sweep finds those
 * whose job could not be enqueued.
 */
export function wakeDeliveries(deliveries: readonly DeliveryPayload[], options: EnqueueOptions = {}): void {
  for (const { teamId, id } of deliveries) {
    enqueue(deliverWebhookJob, { teamId, id }, options).catch((error: unknown) => {
      log().warn({ ...errorFacts(error), deliveryId: id }, "a webhook delivery could not be enqueued; the sweep will");
    });
  }
}
