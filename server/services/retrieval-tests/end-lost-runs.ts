import { clock } from "#server/clock";
import { endTestRun, listUnendedRuns } from "#server/db/retrieval-test-runs";
import { isJobAlive } from "#server/jobs/queue";
import { log } from "#server/log";
import { STOPPED } from "#server/services/retrieval-tests/perform-test-run";
import { testRunJob, testRunJobId } from "#server/services/retrieval-tests/test-run-job";

/** Longer than a run takes for which somebody waits: those have no job. */
const PATIENCE_MS = 15 * 60 * 1000;
const BATCH = 50;

/**
 * Ends, as failed, runs of test sets that nobody will go on with: their process died at the last try, or while somebody
 * waited for the answer.
 * @throws AppError database_unavailable
 */
export async function endLostRuns(): Promise<void> {
  const now = clock().now();
  const page = { before: new Date(now - PATIENCE_MS), limit: BATCH };
  const figures = { recall: null, mrr: null, ndcg: null, results: [] };
  let ended = 0;
  let rows = await listUnendedRuns({ ...page, after: "" });
  for (let last = rows.at(-1); last !== undefined; last = rows.at(-1)) {
    for (const scope of rows) {
      if (await isJobAlive(testRunJob, testRunJobId(scope.runId))) continue;
      await endTestRun(scope, { status: "failed", errorMessage: STOPPED, ...figures, endedAt: new Date(now) });
      ended += 1;
    }
    rows = await listUnendedRuns({ ...page, after: last.runId });
  }
  if (ended > 0) log().warn({ ended }, "runs of test sets that were lost have failed");
}
