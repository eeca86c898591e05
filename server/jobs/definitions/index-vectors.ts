import { z } from "zod";
import { defineJob, implementJob } from "#server/jobs/queue";
import { indexVectors } from "#server/services/maintenance/index-vectors";

const type = defineJob({
  name: "index-vectors",
  schema: z.object({}),
  // A build of a million vectors takes most of an hour; the looks that come meanwhile find it busy.
  options: { schedule: "* * * * *", retryLimit: 0, expireInSeconds: 6 * 3600 },
});

/** Each minute: indexes for the vector stores that have grown large, none for those that no longer are. */
export const indexVectorsJob = implementJob(type, async (_payload, { signal }) => {
  await indexVectors(signal);
});
