import { pool } from "#server/db/client";
import { mapDatabaseError } from "#server/db/database-errors";

/** A key that was used before. `body` is sealed by the service; null while the first request still runs. */
export interface IdempotencyRow {
  requestHash: string;
  body: Buffer | null;
}

export interface IdempotencyClaim {
  teamId: string;
  key: string;
  /** Tells requests with the same key apart. */
  requestHash: string;
  /** Epoch milliseconds. */
  now: number;
  /** Until when the claim holds unless it is renewed or finished; epoch milliseconds. */
  leaseUntil: number;
}

async function query<Row extends Record<string, unknown>>(sql: string, values: unknown[]): Promise<Row[]> {
  try {
    return (await pool().query<Row>(sql, values)).rows;
  } catch (error) {
    throw mapDatabaseError(error);
  }
}

/**
 * Takes the key for a request that is about to run. Null: taken, run it. Else what an earlier request left.
 * A claim or an answer whose time is over is taken over.
 * @throws AppError database_unavailable
 */
export async function claimIdempotencyKey(claim: IdempotencyClaim): Promise<IdempotencyRow | null> {
  const taken = await query(
    `INSERT INTO idempotency_key AS k (team_id, key, request_hash, created_at, expires_at)
     VALUES ($1, $2, $3, to_timestamp($4 / 1000.0), to_timestamp($5 / 1000.0))
     ON CONFLICT (team_id, key) DO UPDATE
       SET request_hash = EXCLUDED.request_hash, status = NULL, body = NULL,
           created_at = EXCLUDED.created_at, expires_at = EXCLUDED.expires_at
       WHERE k.expires_at <= to_timestamp($4 / 1000.0)
     RETURNING 1 AS taken`,
    [claim.teamId, claim.key, claim.requestHash, claim.now, claim.leaseUntil],
  );
  if (taken.length > 0) return null;
  const [row] = await query<{ requestHash: string; body: Buffer | null }>(
    'SELECT request_hash AS "requestHash", body FROM idempotency_key WHERE team_id = $1 AND key = $2',
    [claim.teamId, claim.key],
  );
  // Given up between the two statements: the caller asks again.
  return row ?? { requestHash: claim.requestHash, body: null };
}

/**
 * Those of the keys that are taken.
 * @throws AppError database_unavailable
 */
export async function findIdempotencyKeys(teamId: string, keys: readonly string[]): Promise<string[]> {
  const rows = await query<{ key: string }>(
    "SELECT key FROM idempotency_key WHERE team_id = $1 AND key = ANY ($2::text[])",
    [teamId, keys],
  );
  return rows.map(({ key }) => key);
}

/**
 * Extends a claim whose request still runs.
 * @throws AppError database_unavailable
 */
export async function renewIdempotencyKey(
  claim: Pick<IdempotencyClaim, "teamId" | "key" | "leaseUntil">,
): Promise<void> {
  await query(
    "UPDATE idempotency_key SET expires_at = to_timestamp($3 / 1000.0) WHERE team_id = $1 AND key = $2 AND status IS NULL",
    [claim.teamId, claim.key, claim.leaseUntil],
  );
}

/**
 * Keeps the answer of the request that holds the key until `expiresAt` (epoch milliseconds).
 * @throws AppError database_unavailable
 */
export async function keepIdempotentAnswer(
  at: { teamId: string; key: string },
  answer: { status: number; body: Buffer; expiresAt: number },
): Promise<void> {
  await query(
    `UPDATE idempotency_key SET status = $3, body = $4, expires_at = to_timestamp($5 / 1000.0)
     WHERE team_id = $1 AND key = $2`,
    [at.teamId, at.key, answer.status, answer.body, answer.expiresAt],
  );
}

/**
 * Gives a key back whose request left no answer worth keeping.
 * @throws AppError database_unavailable
 */
export async function releaseIdempotencyKey(at: { teamId: string; key: string }): Promise<void> {
  await query("DELETE FROM idempotency_key WHERE team_id = $1 AND key = $2 AND status IS NULL", [at.teamId, at.key]);
}

/**
 * Deletes keys whose time was over at `now` (epoch milliseconds); returns how many.
 * @throws AppError database_unavailable
 */
export async function sweepIdempotencyKeys(now: number): Promise<number> {
  const gone = await query(
    "DELETE FROM idempotency_key WHERE expires_at <= to_timestamp($1 / 1000.0) RETURNING 1 AS gone",
    [now],
  );
  return gone.length;
}
