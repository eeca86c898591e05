import { pool } from "#server/db/client";
import { mapped } from "#server/db/mapped";
import type { UploadScope } from "#server/db/uploads";

/**
 * Ends uploads of any team whose time was over before `before`, at most `limit`. Answers how many.
 * @throws AppError database_unavailable
 */
export async function expireUploads(before: Date, limit: number): Promise<number> {
  return changed(
    `UPDATE upload u SET status = 'expired'
     FROM (SELECT team_id, id FROM upload WHERE status = 'pending' AND expires_at < $1 LIMIT $2 FOR UPDATE SKIP LOCKED) o
     WHERE u.team_id = o.team_id AND u.id = o.id`,
    [before, limit],
  );
}

/**
 * Takes parts out of uploads that have ended and leaves their blobs to the sweep of files, due at once: at most
 * `limit`, of one upload or of all. Answers how many.
 * @throws AppError database_unavailable
 */
export async function discardUploadParts(scope: UploadScope | null, limit: number): Promise<number> {
  return changed(
    `WITH ended AS (
       SELECT p.team_id, p.id FROM upload_part p JOIN upload u ON u.team_id = p.team_id AND u.id = p.upload_id
       WHERE u.status <> 'pending' AND ($1::text IS NULL OR (p.team_id = $1 AND p.upload_id = $2)) LIMIT $3
     ), gone AS (
       DELETE FROM upload_part p USING ended e WHERE p.team_id = e.team_id AND p.id = e.id RETURNING p.team_id, p.id)
     INSERT INTO blob_garbage (team_id, blob_id, created_at) SELECT team_id, id, 'epoch' FROM gone
     ON CONFLICT DO NOTHING`,
    [scope?.teamId ?? null, scope?.uploadId ?? null, limit],
  );
}

/**
 * Forgets uploads of any team that have ended, have no parts left, and would have expired before `before`; at most
 * `limit`. Answers how many.
 * @throws AppError database_unavailable
 */
export async function forgetUploads(before: Date, limit: number): Promise<number> {
  return changed(
    `DELETE FROM upload u
     USING (SELECT o.team_id, o.id FROM upload o WHERE o.status <> 'pending' AND o.expires_at < $1
              AND NOT EXISTS (SELECT FROM upload_part p WHERE p.team_id = o.team_id AND p.upload_id = o.id)
            LIMIT $2) o
     WHERE u.team_id = o.team_id AND u.id = o.id`,
    [before, limit],
  );
}

async function changed(sql: string, values: unknown[]): Promise<number> {
  const { rowCount } = await mapped(() => pool().query(sql, values));
  return rowCount ?? 0;
}
