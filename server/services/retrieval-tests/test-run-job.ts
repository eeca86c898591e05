import { z } from "zod";
import { defineJob } from "#server/jobs/queue";

/** A run of a test set that is too long for a request. */
export const TestRunPayload = z.object({ teamId: z.string(), runId: z.string() });
export type TestRunPayload = z.infer<typeof TestRunPayload>;

/** A run's job is found by the run: it goes by the number in the run's id. */
export function testRunJobId(runId: string): string {
  return runId.slice(runId.indexOf("_") + 1);
}

/** Enqueued by `start-test-run.ts`; run by `jobs/definitions/run-retrieval-test.ts`. */
export const testRunJob = defineJob({
  name: "run-retrieval-test",
  schema: TestRunPayload,
  options: { concurrency: 1, retryLimit: 2, retryDelaySeconds: 2, expireInSeconds: 3600 },
});
