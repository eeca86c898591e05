import type { TransactionClient } from "#server/db/client";
import { queryRows } from "#server/db/query";
import type { Item } from "#server/protocol/items";
import type { ResponseResource } from "#server/protocol/response";

/** A call that a stored response asks a person to approve. */
export interface AskedApproval {
  teamId: string;
  id: string;
  responseId: string;
  /** Labels of servers whose credentials came with the request, and are gone with it. */
  lostCredentials: readonly string[];
  /** Epoch seconds. */
  createdAt: number;
}

/** Inserts requests for approval; takes the arrays of {@link approvalColumns} from the parameter `first` on. */
export function approvalInsert(first: number): string {
  const types = ["text", "text", "text", "text", "float8"];
  const arrays = types.map((type, index) => `$${first + index}::${type}[]`).join(", ");
  return `INSERT INTO approval_request (team_id, id, response_id, lost_credentials, created_at)
  SELECT a.team_id, a.id, a.response_id, a.lost::json, to_timestamp(a.created_s)
  FROM unnest(${arrays}) AS a (team_id, id, response_id, lost, created_s)
  ON CONFLICT (team_id, id) DO NOTHING`;
}

/** The five arrays of {@link approvalInsert}. */
export function approvalColumns(rows: readonly AskedApproval[]): unknown[] {
  return [
    rows.map((row) => row.teamId),
    rows.map((row) => row.id),
    rows.map((row) => row.responseId),
    rows.map((row) => JSON.stringify(row.lostCredentials)),
    rows.map((row) => row.createdAt),
  ];
}

/**
 * Notes that requests for approval were answered, and with them all others of the same response: its run goes on, and
 * the model is told that those were not run. Gives the ids that were pending until now; unknown ones are left out.
 * @throws AppError database_unavailable
 */
export async function settleApprovals(input: {
  teamId: string;
  ids: readonly string[];
  now: number;
}): Promise<string[]> {
  if (input.ids.length === 0) return [];
  const rows = await queryRows<{ id: string }>(
    `UPDATE approval_request SET answered_at = to_timestamp($3::float8 / 1000)
     WHERE team_id = $1 AND answered_at IS NULL AND response_id IN (
       SELECT response_id FROM approval_request WHERE team_id = $1 AND id = ANY ($2::text[])
     ) RETURNING id`,
    [input.teamId, input.ids, input.now],
  );
  return rows.map(({ id }) => id);
}

/**
 * Makes requests pending again whose answer has come to nothing: all of them, unless another answer holds one of the
 * `claims` (keys of idempotency) and has gone on with their run.
 * @throws AppError database_unavailable
 */
export async function reopenApprovals(input: {
  teamId: string;
  ids: readonly string[];
  claims: readonly string[];
}): Promise<void> {
  if (input.ids.length === 0) return;
  await queryRows(
    `UPDATE approval_request SET answered_at = NULL WHERE team_id = $1 AND id = ANY ($2::text[])
       AND NOT EXISTS (SELECT 1 FROM idempotency_key k WHERE k.team_id = $1 AND k.key = ANY ($3::text[]))`,
    [input.teamId, input.ids, input.claims],
  );
}

/**
 * Those of the requests for approval that a person has denied, and whose run went on with that.
 * @throws AppError database_unavailable
 */
export async function findDeniedApprovals(teamId: string, ids: readonly string[]): Promise<string[]> {
  if (ids.length === 0) return [];
  const rows = await queryRows<{ id: string }>(
    `SELECT id FROM approval_request
     WHERE team_id = $1 AND id = ANY ($2::text[]) AND approve = FALSE AND answered_at IS NOT NULL ORDER BY id`,
    [teamId, ids],
  );
  return rows.map(({ id }) => id);
}

/** A request for approval with its response, as the database holds them. */
export interface ApprovalRow {
  id: string;
  responseId: string;
  lostCredentials: string[];
  approve: boolean | null;
  reason: string | null;
  deciderName: string | null;
  decidedAt: Date | null;
  answeredAt: Date | null;
  /** Null: it is longer than `MAX_ITEM_BYTES`. */
  item: Item | null;
}

/** A response that asks. */
export interface AskingRow {
  responseId: string;
  model: string;
  createdAt: Date;
  apiKeyName: string | null;
  userName: string | null;
  body: Omit<ResponseResource, "output">;
}

/** Arguments beyond this are read where the response is shown, not in a list. */
const MAX_ITEM_BYTES = 65_536;

const ROWS = `SELECT a.id, a.response_id AS "responseId", a.lost_credentials AS "lostCredentials", a.approve, a.reason,
    (SELECT coalesce(u.name, u.email) FROM app_user u WHERE u.id = a.decider_id) AS "deciderName",
    a.decided_at AS "decidedAt", a.answered_at AS "answeredAt",
    (SELECT i.body FROM item i
     WHERE i.team_id = a.team_id AND i.id = a.id AND octet_length(i.body::text) <= ${MAX_ITEM_BYTES}) AS item
  FROM approval_request a`;

/**
 * The team's responses that wait for an approval, newest first: those below `beforeId` (null: from the newest).
 * @throws AppError database_unavailable
 */
export async function listAskingResponses(input: {
  teamId: string;
  beforeId: string | null;
  limit: number;
}): Promise<AskingRow[]> {
  return queryRows<AskingRow>(
    `SELECT r.id AS "responseId", r.model, r.created_at AS "createdAt", r.body,
       (SELECT k.name FROM api_key k WHERE k.team_id = r.team_id AND k.id = r.api_key_id) AS "apiKeyName",
       (SELECT coalesce(u.name, u.email) FROM app_user u WHERE u.id = r.user_id) AS "userName"
     FROM (SELECT DISTINCT response_id FROM approval_request
           WHERE team_id = $1 AND answered_at IS NULL AND ($2::text IS NULL OR response_id < $2)
           ORDER BY response_id DESC LIMIT $3) a
     JOIN response r ON r.team_id = $1 AND r.id = a.response_id
     ORDER BY r.id DESC`,
    [input.teamId, input.beforeId, input.limit],
  );
}

/**
 * Every request for approval of these responses of the team's, answered ones too, in the order in which they were made.
 * @throws AppError database_unavailable
 */
export async function listApprovals(teamId: string, responseIds: readonly string[]): Promise<ApprovalRow[]> {
  if (responseIds.length === 0) return [];
  return queryRows<ApprovalRow>(`${ROWS} WHERE a.team_id = $1 AND a.response_id = ANY ($2::text[]) ORDER BY a.id`, [
    teamId,
    responseIds,
  ]);
}

/**
 * How many requests for approval of the team's are pending, counted up to `most`.
 * @throws AppError database_unavailable
 */
export async function countPendingApprovals(teamId: string, most: number): Promise<number> {
  const rows = await queryRows<{ count: number }>(
    `SELECT count(*)::int AS count FROM (
       SELECT 1 FROM approval_request WHERE team_id = $1 AND answered_at IS NULL LIMIT $2
     ) pending`,
    [teamId, most],
  );
  return rows[0]?.count ?? 0;
}

/** A request for approval as it is locked to be decided. */
export interface LockedApproval {
  id: string;
  lostCredentials: string[];
  approve: boolean | null;
  reason: string | null;
  isPending: boolean;
}

/** The response's requests for approval, which nobody else may decide until the transaction ends. */
export async function lockApprovals(
  tx: TransactionClient,
  { teamId, responseId }: { teamId: string; responseId: string },
): Promise<LockedApproval[]> {
  return tx.$queryRaw<LockedApproval[]>`
    SELECT id, lost_credentials AS "lostCredentials", approve, reason, answered_at IS NULL AS "isPending"
    FROM approval_request WHERE team_id = ${teamId} AND response_id = ${responseId} ORDER BY id FOR UPDATE`;
}

/** Counts all of a response's requests as answered: whoever does has to go on with its run. */
export async function closeApprovals(
  tx: TransactionClient,
  { teamId, responseId, now }: { teamId: string; responseId: string; now: number },
): Promise<void> {
  await tx.$executeRaw`
    UPDATE approval_request SET answered_at = to_timestamp(${now}::float8 / 1000)
    WHERE team_id = ${teamId} AND response_id = ${responseId} AND answered_at IS NULL`;
}

/** What a person said of a request for approval; all null takes it back. Times are epoch milliseconds. */
export interface Decision {
  id: string;
  approve: boolean | null;
  reason: string | null;
  deciderId: string | null;
  decidedAt: number | null;
}

/** Notes decisions. Nothing has been answered by that. */
export async function noteDecisions(
  tx: TransactionClient,
  teamId: string,
  decisions: readonly Decision[],
): Promise<void> {
  for (const { id, approve, reason, deciderId, decidedAt } of decisions) {
    await tx.$executeRaw`
      UPDATE approval_request SET approve = ${approve}, reason = ${reason}, decider_id = ${deciderId},
        decided_at = to_timestamp(${decidedAt}::float8 / 1000)
      WHERE team_id = ${teamId} AND id = ${id}`;
  }
}
