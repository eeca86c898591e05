import { clock } from "#server/clock";
import { takeStalledBuilds } from "#server/db/vector-store-builds";
import { enqueueIfLost } from "#server/jobs/queue";
import { log } from "#server/log";
import { buildVectorsJob } from "#server/services/vector-stores/build-job";

const SILENCE_MS = 10 * 60 * 1000;
const BATCH = 50;

/**
 * Enqueues changes of embedding models anew that have not moved for ten minutes and whose job is gone: it ran out of tries
 * while a provider or the server was down, or out of time.
 * @throws AppError database_unavailable
 */
export async function resumeStalledBuilds(): Promise<void> {
  const now = clock().now();
  const stalled = { before: new Date(now - SILENCE_MS), now: new Date(now), limit: BATCH };
  for (const payload of await takeStalledBuilds(stalled)) {
    const resumed = await enqueueIfLost(buildVectorsJob, { id: payload.buildId, payload, priority: 0 });
    if (resumed) log().warn({ vectorStoreId: payload.vectorStoreId }, "a change of embedding model goes on");
  }
}
