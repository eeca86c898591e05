import { z } from "zod";
import { config } from "#server/config";
import { defineJob } from "#server/jobs/queue";

/** One background response. */
export const BackgroundPayload = z.object({ teamId: z.string(), responseId: z.string() });
export type BackgroundPayload = z.infer<typeof BackgroundPayload>;

/** Enqueued in the transaction that stores the queued response; run by `jobs/definitions/run-response.ts`. */
export const backgroundJob = defineJob({
  name: "run-response",
  schema: BackgroundPayload,
  options: {
    get concurrency() {
      return config().BACKGROUND_CONCURRENCY;
    },
    get expireInSeconds() {
      return Math.ceil(config().BACKGROUND_MAX_SECONDS / 1000);
    },
    retryLimit: 10,
    retryDelaySeconds: 1,
  },
});
