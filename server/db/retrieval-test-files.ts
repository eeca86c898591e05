import { pool } from "#server/db/client";
import { mapped } from "#server/db/mapped";
import type { VectorStoreScope } from "#server/db/vector-stores";

/**
 * Files of a store whose id or name is among `names`; of several with one name, the newest last.
 * @throws AppError database_unavailable
 */
export async function findFilesOfStore(
  scope: VectorStoreScope,
  names: readonly string[],
): Promise<{ id: string; filename: string }[]> {
  const { rows } = await mapped(() =>
    pool().query<{ id: string; filename: string }>(
      `SELECT f.id, f.filename FROM vector_store_file s JOIN file f ON f.team_id = s.team_id AND f.id = s.file_id
       WHERE s.team_id = $1 AND s.vector_store_id = $2 AND (f.id = ANY ($3::text[]) OR f.filename = ANY ($3::text[]))
       ORDER BY f.id`,
      [scope.teamId, scope.vectorStoreId, names],
    ),
  );
  return rows;
}
