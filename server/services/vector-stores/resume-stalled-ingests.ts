import { clock } from "#server/clock";
import { takeStalledIngests } from "#server/db/ingests";
import { enqueue } from "#server/jobs/queue";
import { ingestFileJob } from "#server/services/vector-stores/ingest-job";

const SILENCE_MS = 10 * 60 * 1000;
const BATCH = 500;

/**
 * Enqueues ingestions anew that have not moved for ten minutes: their job ran out of tries while a provider or the
 * server was down. One that only waits its turn gets a second job, which finds nothing to do.
 * @throws AppError database_unavailable
 */
export async function resumeStalledIngests(): Promise<void> {
  const now = clock().now();
  const stalled = { before: new Date(now - SILENCE_MS), now: new Date(now), limit: BATCH };
  for (const scope of await takeStalledIngests(stalled)) {
    await enqueue(ingestFileJob, scope, { priority: -scope.queuePlace });
  }
}
