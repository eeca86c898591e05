import { z } from "zod";
import { defineJob, implementJob } from "#server/jobs/queue";
import { markLostRuns } from "#server/services/traces/mark-lost-runs";

const type = defineJob({
  name: "lost-runs-sweep",
  schema: z.object({}),
  options: { schedule: "* * * * *", retryLimit: 0 },
});

/** Marks runs whose process died, each minute. */
export const lostRunsSweepJob = implementJob(type, async () => {
  await markLostRuns();
});
