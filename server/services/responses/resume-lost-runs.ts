import { clock } from "#server/clock";
import { listLongRuns, replaceJob } from "#server/db/background-runs";
import { inTransaction } from "#server/db/client";
import { mapped } from "#server/db/mapped";
import { enqueue, isJobAlive } from "#server/jobs/queue";
import { log } from "#server/log";
import { backgroundJob } from "#server/services/responses/background-job";

/** A job that was just enqueued is alive without a look. */
const GRACE_MS = 60_000;
const BATCH = 200;

/**
 * Enqueues background responses anew whose job has run out of tries or is gone: whoever takes it goes on with the run,
 * or ends it. Gives how many.
 * @throws AppError database_unavailable
 */
export async function resumeLostRuns(): Promise<number> {
  let resumed = 0;
  for (const run of await listLongRuns(clock().now() - GRACE_MS, BATCH)) {
    if (await isJobAlive(backgroundJob, run.jobId)) continue;
    const { teamId, responseId } = run;
    await mapped(() =>
      inTransaction(async (tx) => {
        const jobId = await enqueue(backgroundJob, { teamId, responseId }, { tx });
        if (jobId !== null) await replaceJob(tx, run, jobId);
      }),
    );
    resumed += 1;
  }
  if (resumed > 0) log().warn({ resumed }, "background responses whose job was lost were enqueued again");
  return resumed;
}
