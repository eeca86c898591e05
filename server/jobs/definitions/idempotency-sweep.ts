import { z } from "zod";
import { defineJob, implementJob } from "#server/jobs/queue";
import { sweepExpiredKeys } from "#server/services/maintenance/sweep-expired-keys";

const type = defineJob({ name: "idempotency-sweep", schema: z.object({}), options: { schedule: "23 * * * *" } });

/** Removes idempotency keys whose 24 hours are over, each hour. */
export const idempotencySweepJob = implementJob(type, async () => {
  await sweepExpiredKeys();
});
