import { pool } from "#server/db/client";
import { mapped } from "#server/db/mapped";
import { PASSAGE_COLUMNS, type PassageRow } from "#server/db/search";

/**
 * The chunks before and after one in its file, at most `reach` on each side, in order; that one is not among them. None
 * when the team has no such chunk, or its file is gone or being read anew.
 * @throws AppError database_unavailable
 */
export async function findNeighbours(query: {
  teamId: string;
  chunkId: string;
  reach: number;
  now: Date;
}): Promise<PassageRow[]> {
  const { rows } = await mapped(() =>
    pool().query<PassageRow>(
      `SELECT ${PASSAGE_COLUMNS}
       FROM chunk h
       JOIN chunk c ON c.team_id = h.team_id AND c.vector_store_id = h.vector_store_id AND c.file_id = h.file_id
         AND c.ordinal BETWEEN h.ordinal - $3 AND h.ordinal + $3 AND c.id <> h.id
       JOIN vector_store_file s ON s.team_id = h.team_id AND s.vector_store_id = h.vector_store_id AND s.file_id = h.file_id
       JOIN file f ON f.team_id = h.team_id AND f.id = h.file_id
       WHERE h.team_id = $1 AND h.id = $2::bigint AND s.status = 'completed'
         AND (f.expires_at IS NULL OR f.expires_at > $4)
       ORDER BY c.ordinal`,
      [query.teamId, query.chunkId, query.reach, query.now],
    ),
  );
  return rows;
}
