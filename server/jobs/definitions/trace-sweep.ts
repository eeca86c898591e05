import { z } from "zod";
import { defineJob, implementJob } from "#server/jobs/queue";
import { sweepTraces } from "#server/services/traces/sweep-traces";

const type = defineJob({ name: "trace-sweep", schema: z.object({}), options: { schedule: "41 * * * *" } });

/** Removes traces and content beyond their retention, each hour. */
export const traceSweepJob = implementJob(type, async (_payload, { signal }) => {
  await sweepTraces(signal);
});
