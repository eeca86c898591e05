import type { StoredItem } from "#server/db/items";
import { queryRows } from "#server/db/query";
import { idFloorOf } from "#server/ids";
import type { ResponseResource } from "#server/protocol/response";

/** A stored response in a list. */
export interface ResponseListRow {
  id: string;
  status: ResponseResource["status"];
  model: string;
  previousResponseId: string | null;
  apiKeyId: string | null;
  apiKeyName: string | null;
  userId: string | null;
  /** Name of the person who asked from the dashboard, or their address. */
  userName: string | null;
  createdAt: Date;
  completedAt: Date | null;
  /** The response object without `output`. */
  body: Omit<ResponseResource, "output">;
  lastInputItemId: string | null;
  lastOutputItemId: string | null;
}

export interface ResponseFilter {
  status?: ResponseResource["status"] | undefined;
  model?: string | undefined;
  apiKeyId?: string | undefined;
  userId?: string | undefined;
  previousResponseId?: string | undefined;
}

export interface ResponseListInput {
  teamId: string;
  /** Rows below this id; null: from the newest. */
  beforeId: string | null;
  /** Created at or after, and before: epoch milliseconds. */
  from: number | null;
  to: number | null;
  filter: ResponseFilter;
  limit: number;
}

/** Rows that one page may look at: keeps every page short, however rare the matches are. */
const SCAN_ROWS = 5_000;

const FILTERS = {
  status: "status",
  model: "model",
  apiKeyId: "api_key_id",
  userId: "user_id",
  previousResponseId: "previous_response_id",
} as const satisfies Record<keyof ResponseFilter, string>;

const WHO = `(SELECT k.name FROM api_key k WHERE k.team_id = r.team_id AND k.id = r.api_key_id) AS "apiKeyName",
  (SELECT coalesce(u.name, u.email) FROM app_user u WHERE u.id = r.user_id) AS "userName"`;

const COLUMNS = `r.id, r.status, r.model, r.previous_response_id AS "previousResponseId", r.api_key_id AS "apiKeyId",
  r.user_id AS "userId", r.created_at AS "createdAt", r.completed_at AS "completedAt", r.body,
  r.input_item_ids[cardinality(r.input_item_ids)] AS "lastInputItemId",
  r.output_item_ids[cardinality(r.output_item_ids)] AS "lastOutputItemId", ${WHO}`;

/**
 * A page of a team's stored responses, newest first. At most 5,000 rows are looked at: where matches are rarer than
 * that, the page is short or empty and `nextId` says from where to go on. It is null at the end only.
 * @throws AppError database_unavailable
 */
export async function listResponseRows(
  input: ResponseListInput,
): Promise<{ rows: ResponseListRow[]; nextId: string | null }> {
  const { teamId, beforeId, from, to, filter, limit } = input;
  const floor = from === null ? "" : idFloorOf("response", from);
  const ceiling = [beforeId, to === null ? null : idFloorOf("response", to)].filter((id) => id !== null).sort()[0];
  const values: unknown[] = [teamId, floor, ceiling ?? "s"];
  const checks = Object.entries(FILTERS).flatMap(([name, column]) => {
    const value = filter[name as keyof ResponseFilter];
    return value === undefined ? [] : [`AND r.${column} = $${values.push(value)}`];
  });
  const walk = `FROM response WHERE team_id = $1 AND id >= $2 AND id < $3 AND expires_at IS NULL ORDER BY id DESC`;
  const rows = await queryRows<ResponseListRow>(
    `SELECT ${COLUMNS} FROM (SELECT * ${walk} LIMIT ${SCAN_ROWS}) r WHERE true ${checks.join(" ")}
     ORDER BY r.id DESC LIMIT $${values.push(limit + 1)}`,
    values,
  );
  if (rows.length > limit) return { rows: rows.slice(0, limit), nextId: rows[limit - 1]?.id ?? null };
  if (checks.length === 0) return { rows, nextId: null };
  const [last] = await queryRows<{ id: string }>(
    `SELECT id ${walk} OFFSET ${SCAN_ROWS - 1} LIMIT 1`,
    values.slice(0, 3),
  );
  return { rows, nextId: last?.id ?? null };
}

/**
 * The team's items with these ids whose JSON is at most `maxBytes` long; the others, and unknown ones, are left out.
 * @throws AppError database_unavailable
 */
export async function readShortItems(teamId: string, ids: readonly string[], maxBytes: number): Promise<StoredItem[]> {
  return queryRows<StoredItem>(
    "SELECT id, body FROM item WHERE team_id = $1 AND id = ANY ($2::text[]) AND octet_length(body::text) <= $3",
    [teamId, ids, maxBytes],
  );
}

/** A response that runs or waits to be run. */
export interface RunningRow {
  responseId: string;
  model: string;
  status: "queued" | "in_progress";
  background: boolean;
  startedAt: Date;
  apiKeyId: string | null;
  userId: string | null;
  keepsContent: boolean;
}

/**
 * The team's running responses as the database knows them, at most `limit`: background ones by their rows, foreground
 * ones by the traces that run for a second or longer.
 * @throws AppError database_unavailable
 */
export async function listRunningRows(teamId: string, limit: number): Promise<RunningRow[]> {
  return queryRows<RunningRow>(
    `(SELECT r.id AS "responseId", r.model, r.status, true AS background, r.created_at AS "startedAt",
             r.api_key_id AS "apiKeyId", r.user_id AS "userId", r.expires_at IS NULL AS "keepsContent"
      FROM background_run b JOIN response r ON r.team_id = b.team_id AND r.id = b.response_id
      WHERE b.team_id = $1 ORDER BY r.id DESC LIMIT $2)
     UNION ALL
     (SELECT t.response_id, coalesce(t.served_model, ''), 'in_progress', false, t.started_at,
             t.api_key_id, t.user_id, t.has_content
      FROM trace t
      WHERE t.team_id = $1 AND t.status = 'running' AND t.response_id IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM response r WHERE r.team_id = $1 AND r.id = t.response_id)
      ORDER BY t.id DESC LIMIT $2)`,
    [teamId, limit],
  );
}
