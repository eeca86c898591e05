import { z } from "zod";
import { defineJob } from "#server/jobs/queue";

/** One change of a store's embedding model. */
export const BuildPayload = z.object({ teamId: z.string(), vectorStoreId: z.string(), buildId: z.string() });
export type BuildPayload = z.infer<typeof BuildPayload>;

/** Tries without progress before a build is given up, crashes of the process included. */
export const MAX_BUILD_ATTEMPTS = 6;

/** Enqueued with the build, under its id; run by `jobs/definitions/build-vectors.ts`. */
export const buildVectorsJob = defineJob({
  name: "build-vectors",
  schema: BuildPayload,
  // One of hours must not hold up another team's.
  options: { concurrency: 2, retryLimit: MAX_BUILD_ATTEMPTS - 1, retryDelaySeconds: 2, expireInSeconds: 12 * 3600 },
});
