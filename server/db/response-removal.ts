import { inTransaction } from "#server/db/client";
import { deleteUnheldItems, lockItemDeletions } from "#server/db/items";
import { mapped } from "#server/db/mapped";
import { queryRows } from "#server/db/query";
import type { LogKey } from "#server/db/response-events";
import { idFloorOf } from "#server/ids";

/**
 * Deletes the team's responses with these ids: their event logs, what was to run them, and every item of theirs that
 * nothing else holds. Gives how many there were.
 * @throws AppError database_unavailable
 */
export async function removeResponses(teamId: string, responseIds: readonly string[]): Promise<number> {
  if (responseIds.length === 0) return 0;
  return mapped(() =>
    inTransaction(async (tx) => {
      await lockItemDeletions(tx, teamId);
      const gone = await tx.$queryRaw<{ ids: string[] }[]>`
        DELETE FROM response WHERE team_id = ${teamId} AND id = ANY (${responseIds}::text[])
        RETURNING history_item_ids || input_item_ids || output_item_ids AS ids`;
      await tx.$executeRaw`DELETE FROM background_run WHERE team_id = ${teamId} AND response_id = ANY (${responseIds}::text[])`;
      await tx.$executeRaw`DELETE FROM response_event WHERE team_id = ${teamId} AND response_id = ANY (${responseIds}::text[])`;
      const ids = new Set(gone.flatMap((row) => row.ids));
      await deleteUnheldItems(tx, teamId, [...ids]);
      return gone.length;
    }),
  );
}

/**
 * Ids of the team's responses that are older than its retention at `now` (epoch milliseconds), oldest first.
 * A response that still runs is never among them.
 * @throws AppError database_unavailable
 */
export async function findOldResponses(teamId: string, before: number, limit: number): Promise<string[]> {
  const rows = await queryRows<{ id: string }>(
    `SELECT id FROM response
     WHERE team_id = $1 AND id < $2 AND status NOT IN ('queued', 'in_progress') ORDER BY id LIMIT $3`,
    [teamId, idFloorOf("response", before), limit],
  );
  return rows.map((row) => row.id);
}

/**
 * Background responses that were not to be stored and whose time is over at `now` (epoch milliseconds).
 * @throws AppError database_unavailable
 */
export async function findExpiredResponses(now: number, limit: number): Promise<LogKey[]> {
  return queryRows<LogKey>(
    `SELECT team_id AS "teamId", id AS "responseId" FROM response
     WHERE expires_at <= to_timestamp($1::float8 / 1000) ORDER BY expires_at LIMIT $2`,
    [now, limit],
  );
}

/**
 * Deletes what is left of logs without a response, of a node that died while another watched: those whose response
 * began before `before` (epoch milliseconds), at most `limit` events. Gives how many.
 * @throws AppError database_unavailable
 */
export async function removeOldEvents(teamId: string, before: number, limit: number): Promise<number> {
  const rows = await queryRows<{ count: number }>(
    `WITH doomed AS (
       SELECT response_id, seq FROM response_event e
       WHERE team_id = $1 AND response_id < $2
         AND NOT EXISTS (SELECT 1 FROM response r WHERE r.team_id = e.team_id AND r.id = e.response_id)
       ORDER BY response_id, seq LIMIT $3
     ), gone AS (
       DELETE FROM response_event e USING doomed
       WHERE e.team_id = $1 AND e.response_id = doomed.response_id AND e.seq = doomed.seq RETURNING 1
     )
     SELECT count(*)::int AS count FROM gone`,
    [teamId, idFloorOf("response", before), limit],
  );
  return rows[0]?.count ?? 0;
}
