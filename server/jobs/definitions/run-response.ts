import { implementJob } from "#server/jobs/queue";
import { backgroundJob } from "#server/services/responses/background-job";
import { runBackgroundResponse } from "#server/services/responses/run-background";

/** Runs a background response, enqueued when it is stored. */
export const runResponseJob = implementJob(backgroundJob, (payload, { signal }) =>
  runBackgroundResponse({ input: payload, signal }),
);
