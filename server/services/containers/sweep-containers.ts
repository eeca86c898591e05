import { clock } from "#server/clock";
import { deleteContainer, findExpiredContainers } from "#server/db/containers";
import { interpreters } from "#server/tools/registry";

const BATCH = 200;

/**
 * Deletes containers that have expired, for all teams, and ends their interpreters at this node.
 * @throws AppError database_unavailable
 */
export async function sweepContainers(signal: AbortSignal): Promise<void> {
  const now = new Date(clock().now());
  for (;;) {
    const found = await findExpiredContainers(now, BATCH);
    for (const scope of found) {
      signal.throwIfAborted();
      if (await deleteContainer(scope, now)) interpreters.end(scope.teamId, scope.containerId);
    }
    if (found.length < BATCH) return;
  }
}
