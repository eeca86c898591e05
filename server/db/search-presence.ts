import { pool } from "#server/db/client";
import { mapped } from "#server/db/mapped";

/**
 * Those of the chunks that are still there, of files that are read and not expired.
 * @throws AppError database_unavailable
 */
export async function findPresentChunks(
  teamId: string,
  chunks: { ids: readonly string[]; now: Date },
): Promise<Set<string>> {
  const { rows } = await mapped(() =>
    pool().query<{ id: string }>(
      `SELECT c.id::text AS id FROM chunk c
       JOIN vector_store_file s ON s.team_id = c.team_id AND s.vector_store_id = c.vector_store_id AND s.file_id = c.file_id
       JOIN file f ON f.team_id = c.team_id AND f.id = c.file_id
       WHERE c.team_id = $1 AND c.id = ANY ($2::bigint[]) AND s.status = 'completed'
         AND (f.expires_at IS NULL OR f.expires_at > $3)`,
      [teamId, chunks.ids, chunks.now],
    ),
  );
  return new Set(rows.map((row) => row.id));
}
