import { implementJob } from "#server/jobs/queue";
import { performTestRun } from "#server/services/retrieval-tests/perform-test-run";
import { testRunJob } from "#server/services/retrieval-tests/test-run-job";

/** Runs a long test set, enqueued when it is asked for. */
export const runRetrievalTestDefinition = implementJob(testRunJob, (payload, { signal, attemptsLeft }) =>
  performTestRun({ input: { ...payload, lastTry: attemptsLeft === 0 }, signal }),
);
