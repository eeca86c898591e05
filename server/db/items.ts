import { pool, type TransactionClient } from "#server/db/client";
import { mapDatabaseError } from "#server/db/database-errors";
import type { Item } from "#server/protocol/items";
import type { ResponseStatus } from "#server/protocol/response";

/** A stored item: its JSON, parsed. Only this server writes them, so they are not validated again. */
export interface StoredItem {
  id: string;
  body: Item;
}

/**
 * The team's items with these ids, in any order; unknown ids are left out.
 * @throws AppError database_unavailable
 */
export async function readItems(teamId: string, ids: readonly string[]): Promise<StoredItem[]> {
  if (ids.length === 0) return [];
  try {
    const { rows } = await pool().query<StoredItem>(
      "SELECT id, body FROM item WHERE team_id = $1 AND id = ANY ($2::text[])",
      [teamId, ids],
    );
    return rows;
  } catch (error) {
    throw mapDatabaseError(error);
  }
}

/** What a new response builds on: the ids the model has seen, in order, and the items behind them and behind `itemIds`. */
export interface StoredContext {
  /** null: the team has no such response. Empty when none was asked for. */
  historyItemIds: string[] | null;
  items: StoredItem[];
  /** Of the earlier response: a background response may not have ended. Null when there is none. */
  status: ResponseStatus | null;
}

/**
 * Everything a new response needs of the past, in one read: the checkpoint of `previousResponseId` (when given) with
 * its items, and the items with `itemIds`, unknown ones left out. A response that is not to be stored is as unknown.
 * @throws AppError database_unavailable
 */
export async function readContext(
  teamId: string,
  previousResponseId: string | null,
  itemIds: readonly string[],
): Promise<StoredContext> {
  if (previousResponseId === null) return { historyItemIds: [], items: await readItems(teamId, itemIds), status: null };
  try {
    const { rows } = await pool().query<{ ids: string[]; items: StoredItem[] | null; status: ResponseStatus }>(
      `WITH past AS (
         SELECT history_item_ids || input_item_ids || output_item_ids AS ids, status
         FROM response WHERE team_id = $1 AND id = $2 AND expires_at IS NULL
       )
       SELECT past.ids, past.status, (
         SELECT json_agg(json_build_object('id', i.id, 'body', i.body))
         FROM item i WHERE i.team_id = $1 AND i.id = ANY (past.ids || $3::text[])
       ) AS items
       FROM past`,
      [teamId, previousResponseId, itemIds],
    );
    const [row] = rows;
    if (!row) return { historyItemIds: null, items: [], status: null };
    return { historyItemIds: row.ids, items: row.items ?? [], status: row.status };
  } catch (error) {
    throw mapDatabaseError(error);
  }
}

/** Deletions look for other holders one at a time in a team: two at once could each take the other for a holder. */
export async function lockItemDeletions(tx: TransactionClient, teamId: string): Promise<void> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('response.delete'), hashtext(${teamId}))`;
}

/** So that one statement stays short. */
const DELETE_BATCH = 500;

/**
 * Deletes those of the team's items that no response and no conversation holds, and the files that they have made.
 * Under {@link lockItemDeletions}.
 */
export async function deleteUnheldItems(tx: TransactionClient, teamId: string, ids: readonly string[]): Promise<void> {
  for (let start = 0; start < ids.length; start += DELETE_BATCH) {
    const batch = ids.slice(start, start + DELETE_BATCH);
    await tx.$executeRaw`
      WITH gone AS (
        DELETE FROM item i
        WHERE i.team_id = ${teamId} AND i.id = ANY (${batch}::text[])
          AND NOT EXISTS (SELECT 1 FROM conversation_item c WHERE c.team_id = ${teamId} AND c.item_id = i.id)
          AND NOT EXISTS (
            SELECT 1 FROM response r
            WHERE r.team_id = ${teamId}
              AND (r.history_item_ids @> ARRAY[i.id] OR r.input_item_ids @> ARRAY[i.id] OR r.output_item_ids @> ARRAY[i.id])
          )
        RETURNING i.id
      ), files AS (
        DELETE FROM file f USING gone WHERE f.team_id = ${teamId} AND f.item_id = gone.id RETURNING f.id
      )
      INSERT INTO blob_garbage (team_id, blob_id, created_at)
      SELECT ${teamId}, id, 'epoch' FROM files ON CONFLICT DO NOTHING`;
  }
}
