import { pool } from "#server/db/client";
import { mapped } from "#server/db/mapped";

/**
 * Vectors that the team has already, as pgvector writes them, by the hex form of their `embedding_key`.
 * @throws AppError database_unavailable
 */
export async function findEmbeddings(teamId: string, keys: readonly Buffer[]): Promise<Map<string, string>> {
  const { rows } = await mapped(() =>
    pool().query<{ key: string; embedding: string }>(
      `SELECT encode(k.key, 'hex') AS key, e.embedding::text AS embedding
       FROM unnest($2::bytea[]) AS k(key),
            LATERAL (SELECT embedding FROM chunk_embedding WHERE team_id = $1 AND embedding_key = k.key LIMIT 1) e`,
      [teamId, keys],
    ),
  );
  return new Map(rows.map((row) => [row.key, row.embedding]));
}
