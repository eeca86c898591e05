import type { TransactionClient } from "#server/db/client";
import { mapped } from "#server/db/mapped";

export type QueueLine = "small" | "large";

/** The place of whoever is next of all teams, and the last places of a team's two lines; 0 where nobody waits. */
export interface QueueEnds {
  next: number;
  small: number;
  large: number;
}

/**
 * How far the queue of files to be read is, and where the team's lines in it end.
 * @throws AppError database_unavailable
 */
export async function readQueueEnds(teamId: string, tx: TransactionClient): Promise<QueueEnds> {
  const [ends] = await mapped(
    () => tx.$queryRaw<QueueEnds[]>`
      SELECT coalesce((SELECT min(queue_place) FROM vector_store_file
                       WHERE status = 'in_progress' AND step = 'queued'), 0) AS next,
             coalesce((SELECT max(queue_place) FROM vector_store_file
                       WHERE team_id = ${teamId} AND queue_line = 'small' AND status = 'in_progress'), 0) AS small,
             coalesce((SELECT max(queue_place) FROM vector_store_file
                       WHERE team_id = ${teamId} AND queue_line = 'large' AND status = 'in_progress'), 0) AS large`,
  );
  return ends ?? { next: 0, small: 0, large: 0 };
}
