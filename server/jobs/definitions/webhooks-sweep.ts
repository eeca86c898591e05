import { z } from "zod";
import { defineJob, implementJob } from "#server/jobs/queue";
import { sweepWebhooks } from "#server/services/webhooks/sweep-webhooks";

const type = defineJob({
  name: "webhooks-sweep",
  schema: z.object({}),
  options: { schedule: "* * * * *", retryLimit: 0 },
});

/** Each minute: deliveries whose job is lost, and the end of the log. */
export const webhooksSweepJob = implementJob(type, async (_payload, { signal }) => {
  await sweepWebhooks(signal);
});
