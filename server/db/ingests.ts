import { inTransaction, pool } from "#server/db/client";
import { mapped } from "#server/db/mapped";
import type { IngestStep, VectorStoreFileScope } from "#server/db/vector-store-files";

/** One ingestion of a file into a store. Every write names it and does nothing once another has taken its place. */
export interface IngestScope extends VectorStoreFileScope {
  ingestId: string;
}

const MINE = "team_id = $1 AND vector_store_id = $2 AND file_id = $3 AND ingest_id = $4 AND status = 'in_progress'";

function scopeValues(scope: IngestScope): string[] {
  return [scope.teamId, scope.vectorStoreId, scope.fileId, scope.ingestId];
}

/**
 * Counts a start of the ingestion and answers how many there have been, this one included; null when it is no longer
 * wanted (file detached, deleted, taken up anew, or done).
 * @throws AppError database_unavailable
 */
export async function beginAttempt(scope: IngestScope, now: Date): Promise<number | null> {
  const { rows } = await mapped(() =>
    pool().query<{ attempts: number }>(
      `UPDATE vector_store_file SET attempts = attempts + 1, updated_at = $5 WHERE ${MINE} RETURNING attempts`,
      [...scopeValues(scope), now],
    ),
  );
  return rows[0]?.attempts ?? null;
}

/**
 * Notes what an ingestion is at. False when it is no longer wanted.
 * @throws AppError database_unavailable
 */
export async function recordStep(
  scope: IngestScope,
  progress: { step: IngestStep; doneCount: number; totalCount: number; now: Date },
): Promise<boolean> {
  const { rowCount } = await mapped(() =>
    pool().query(
      `UPDATE vector_store_file SET step = $5, done_count = $6, total_count = $7, updated_at = $8 WHERE ${MINE}`,
      [...scopeValues(scope), progress.step, progress.doneCount, progress.totalCount, progress.now],
    ),
  );
  return rowCount === 1;
}

/**
 * Ends an ingestion well: counts what was written into the row that lists and BM25 read. False when no longer wanted, or
 * when the store has gone on to another generation of vectors. It cannot go on before this is committed.
 * @throws AppError database_unavailable
 */
export async function completeIngest(scope: IngestScope, result: { generation: number; now: Date }): Promise<boolean> {
  const { rowCount } = await mapped(() =>
    pool().query(
      `WITH store AS MATERIALIZED (
         SELECT id FROM vector_store WHERE team_id = $1 AND id = $2 AND generation = $5 FOR KEY SHARE)
       UPDATE vector_store_file SET
         status = 'completed', step = 'done', error_code = NULL, error_message = NULL, updated_at = $6,
         chunk_count = w.chunks, lexeme_count = w.lexemes, usage_bytes = w.bytes, done_count = w.chunks,
         total_count = w.chunks
       FROM store, (SELECT count(*)::int AS chunks, coalesce(sum(c.lexeme_count), 0) AS lexemes,
                    coalesce(sum(octet_length(c.text) + pg_column_size(e.embedding)), 0) AS bytes
             FROM chunk c LEFT JOIN chunk_embedding e
               ON e.team_id = c.team_id AND e.chunk_id = c.id AND e.generation = $5
             WHERE c.team_id = $1 AND c.vector_store_id = $2 AND c.file_id = $3) w
       WHERE ${MINE}`,
      [...scopeValues(scope), result.generation, result.now],
    ),
  );
  return rowCount === 1;
}

/**
 * Ends an ingestion badly and removes what it had written. False when no longer wanted.
 * @throws AppError database_unavailable
 */
export async function failIngest(
  scope: IngestScope,
  failure: { code: string; message: string; now: Date },
): Promise<boolean> {
  const { teamId, vectorStoreId, fileId, ingestId } = scope;
  return mapped(() =>
    inTransaction(async (tx) => {
      const failed = await tx.vectorStoreFile.updateMany({
        where: { teamId, vectorStoreId, fileId, ingestId, status: "in_progress" },
        data: {
          ...{ status: "failed", step: "done", errorCode: failure.code, errorMessage: failure.message },
          ...{ updatedAt: failure.now, chunkCount: 0, lexemeCount: 0, usageBytes: 0, doneCount: 0, totalCount: 0 },
        },
      });
      if (failed.count === 0) return false;
      // A statement of its own: now that the row is locked, it sees the last chunks that another run of the same wrote.
      await tx.chunk.deleteMany({ where: { teamId, vectorStoreId, fileId } });
      return true;
    }),
  );
}

/**
 * Ingestions of any team that have shown no sign of life since `before`, at most `limit`. They are marked as seen now,
 * so that the next look, on any node, passes them over for a while.
 * @throws AppError database_unavailable
 */
export async function takeStalledIngests(stalled: {
  before: Date;
  now: Date;
  limit: number;
}): Promise<(IngestScope & { queuePlace: number })[]> {
  const { rows } = await mapped(() =>
    pool().query<IngestScope & { queuePlace: number }>(
      `UPDATE vector_store_file s SET updated_at = $2
       FROM (SELECT team_id, vector_store_id, file_id FROM vector_store_file
             WHERE status = 'in_progress' AND updated_at < $1 LIMIT $3 FOR UPDATE SKIP LOCKED) o
       WHERE s.team_id = o.team_id AND s.vector_store_id = o.vector_store_id AND s.file_id = o.file_id
       RETURNING s.team_id AS "teamId", s.vector_store_id AS "vectorStoreId", s.file_id AS "fileId",
                 s.ingest_id AS "ingestId", s.queue_place AS "queuePlace"`,
      [stalled.before, stalled.now, stalled.limit],
    ),
  );
  return rows;
}
