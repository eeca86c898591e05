import { CHUNK_COLUMNS, type ChunkRow } from "#server/db/chunks";
import { pool } from "#server/db/client";
import { mapped } from "#server/db/mapped";
import type { VectorStoreFileScope } from "#server/db/vector-store-files";

/**
 * Where a chunk of the file begins in its text, or null when the file has no such chunk.
 * @throws AppError database_unavailable
 */
export async function findChunkStart(scope: VectorStoreFileScope, chunkId: string): Promise<number | null> {
  const { rows } = await mapped(() =>
    pool().query<{ charStart: number }>(
      `SELECT char_start AS "charStart" FROM chunk
       WHERE team_id = $1 AND vector_store_id = $2 AND file_id = $3 AND id::text = $4`,
      [scope.teamId, scope.vectorStoreId, scope.fileId, chunkId],
    ),
  );
  return rows[0]?.charStart ?? null;
}

/**
 * The chunks of a file that touch a span of its text, in order.
 * @throws AppError database_unavailable
 */
export async function listChunksWithin(
  scope: VectorStoreFileScope,
  span: { start: number; end: number },
): Promise<ChunkRow[]> {
  const { rows } = await mapped(() =>
    pool().query<ChunkRow>(
      `SELECT ${CHUNK_COLUMNS}
       FROM chunk
       WHERE team_id = $1 AND vector_store_id = $2 AND file_id = $3
         AND char_start < $5 AND char_end > $4
       ORDER BY ordinal LIMIT 1000`,
      [scope.teamId, scope.vectorStoreId, scope.fileId, span.start, span.end],
    ),
  );
  return rows;
}
