import { clock } from "#server/clock";
import { takeStalledIngests } from "#server/db/ingests";
import { enqueueIfLost } from "#server/jobs/queue";
import { log } from "#server/log";
import { ingestFileJob } from "#server/services/vector-stores/ingest-job";

const SILENCE_MS = 10 * 60 * 1000;
const BATCH = 500;

/**
 * Enqueues ingestions anew that have not moved for ten minutes and whose job is gone: it ran out of tries while a
 * provider or the server was down. One that waits its turn, or is at a long step, is left to its job.
 * @throws AppError database_unavailable
 */
export async function resumeStalledIngests(): Promise<void> {
  const now = clock().now();
  const stalled = { before: new Date(now - SILENCE_MS), now: new Date(now), limit: BATCH };
  let resumed = 0;
  for (const { queuePlace, ...scope } of await takeStalledIngests(stalled)) {
    const job = { id: scope.ingestId, payload: scope, priority: -queuePlace };
    if (await enqueueIfLost(ingestFileJob, job)) resumed += 1;
  }
  if (resumed > 0) log().warn({ resumed }, "files whose job was lost are read on");
}
