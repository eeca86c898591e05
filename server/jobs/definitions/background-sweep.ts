import { z } from "zod";
import { defineJob, implementJob } from "#server/jobs/queue";
import { resumeLostRuns } from "#server/services/responses/resume-lost-runs";
import { sweepUnstoredResponses } from "#server/services/responses/sweep-responses";

const type = defineJob({
  name: "background-sweep",
  schema: z.object({}),
  options: { schedule: "* * * * *", retryLimit: 0 },
});

/** Each minute: background responses whose job is lost, and those that were not to be stored. */
export const backgroundSweepJob = implementJob(type, async (_payload, { signal }) => {
  await resumeLostRuns();
  await sweepUnstoredResponses(signal);
});
