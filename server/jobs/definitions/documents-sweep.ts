import { z } from "zod";
import { defineJob, implementJob } from "#server/jobs/queue";
import { sweepFiles } from "#server/services/files/sweep-files";
import { resumeStalledIngests } from "#server/services/vector-stores/resume-stalled-ingests";

const type = defineJob({
  name: "documents-sweep",
  schema: z.object({}),
  options: { schedule: "* * * * *", retryLimit: 0 },
});

/** Each minute: expired files, bytes without a file, and ingestions whose job is lost. */
export const documentsSweepJob = implementJob(type, async (_payload, { signal }) => {
  await sweepFiles(signal);
  await resumeStalledIngests();
});
