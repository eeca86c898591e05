import { z } from "zod";
import { defineJob, implementJob } from "#server/jobs/queue";
import { sweepOldResponses } from "#server/services/responses/sweep-responses";
import { sweepTraces } from "#server/services/traces/sweep-traces";

const type = defineJob({ name: "retention-sweep", schema: z.object({}), options: { schedule: "41 * * * *" } });

/** Removes traces, their content and responses beyond their retention, each hour. */
export const retentionSweepJob = implementJob(type, async (_payload, { signal }) => {
  await sweepTraces(signal);
  await sweepOldResponses(signal);
});
