import { clock } from "#server/clock";
import { deleteContainer, findExpiredContainers } from "#server/db/containers";
import { removeInBatches } from "#server/services/files/remove-in-batches";
import { interpreters } from "#server/tools/registry";

/**
 * Deletes containers that have expired, for all teams, and ends their interpreters at this node.
 * @throws AppError database_unavailable
 */
export async function sweepContainers(signal: AbortSignal): Promise<void> {
  const now = new Date(clock().now());
  await removeInBatches(
    signal,
    (limit) => findExpiredContainers(now, limit),
    async (scope) => {
      const isGone = await deleteContainer(scope, now);
      if (isGone) interpreters.end(scope.teamId, scope.containerId);
      return isGone;
    },
  );
}
