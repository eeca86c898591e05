import { inTransaction, pool, prisma, type TransactionClient } from "#server/db/client";
import { mapped } from "#server/db/mapped";
import { statementSlices } from "#server/db/statement-slices";

/** Files that were attached to a store together, and how far they are. */
export interface FileBatchRow {
  id: string;
  vectorStoreId: string;
  createdAt: Date;
  cancelledAt: Date | null;
  inProgress: number;
  completed: number;
  failed: number;
  cancelled: number;
  /** Files of the batch that are still in the store. */
  total: number;
}

export interface FileBatchScope {
  teamId: string;
  vectorStoreId: string;
  batchId: string;
}

/** The ids of a batch's files as an array: joined instead, a planner without statistics compares each with each. */
export function filesOfBatch(teamId: string, batchId: string): string {
  return `ARRAY(SELECT m.file_id FROM file_batch_file m WHERE m.team_id = ${teamId} AND m.batch_id = ${batchId})`;
}

/**
 * Stores a batch of files that are in the store, in the caller's transaction.
 * @throws AppError database_unavailable
 */
export async function insertFileBatch(
  scope: FileBatchScope,
  batch: { fileIds: readonly string[]; createdAt: Date },
  tx: TransactionClient,
): Promise<void> {
  const { teamId, vectorStoreId, batchId } = scope;
  await mapped(async () => {
    await tx.fileBatch.create({ data: { teamId, id: batchId, vectorStoreId, createdAt: batch.createdAt } });
    for (const fileIds of statementSlices(batch.fileIds)) {
      await tx.$executeRaw`
        INSERT INTO file_batch_file (team_id, batch_id, vector_store_id, file_id)
        SELECT ${teamId}, ${batchId}, ${vectorStoreId}, unnest(${fileIds}::text[])`;
    }
  });
}

/**
 * The batch of the team's store, or null.
 * @throws AppError database_unavailable
 */
export async function findFileBatch(scope: FileBatchScope): Promise<FileBatchRow | null> {
  const { rows } = await mapped(() =>
    pool().query<FileBatchRow>(
      `SELECT b.id, b.vector_store_id AS "vectorStoreId", b.created_at AS "createdAt", b.cancelled_at AS "cancelledAt",
              c.*
       FROM file_batch b,
            LATERAL (
              SELECT count(*) FILTER (WHERE s.status = 'in_progress')::int AS "inProgress",
                     count(*) FILTER (WHERE s.status = 'completed')::int AS completed,
                     count(*) FILTER (WHERE s.status = 'failed')::int AS failed,
                     count(*) FILTER (WHERE s.status = 'cancelled')::int AS cancelled,
                     count(*)::int AS total
              FROM vector_store_file s
              WHERE s.team_id = $1 AND s.vector_store_id = $2 AND s.file_id = ANY (${filesOfBatch("$1", "$3")})) c
       WHERE b.team_id = $1 AND b.vector_store_id = $2 AND b.id = $3`,
      [scope.teamId, scope.vectorStoreId, scope.batchId],
    ),
  );
  return rows[0] ?? null;
}

/**
 * Whether the team's store has the batch, without a look at its files.
 * @throws AppError database_unavailable
 */
export async function hasFileBatch({ teamId, vectorStoreId, batchId }: FileBatchScope): Promise<boolean> {
  return mapped(async () => (await prisma().fileBatch.count({ where: { teamId, id: batchId, vectorStoreId } })) > 0);
}

/**
 * Cancels those files of a batch that are still to be read, without the chunks they have. One that is being read finds
 * itself unwanted at its next write. Nothing is left to cancel in a batch that has ended: it stays as it is.
 * @throws AppError database_unavailable
 */
export async function cancelFileBatch(scope: FileBatchScope, now: Date): Promise<void> {
  const { teamId, vectorStoreId, batchId } = scope;
  await mapped(() =>
    inTransaction(async (tx) => {
      const where = { teamId, batchId, vectorStoreId };
      const files = await tx.fileBatchFile.findMany({ where, select: { fileId: true }, orderBy: { fileId: "asc" } });
      let cancelled = 0;
      for (const fileIds of statementSlices(files.map((file) => file.fileId))) {
        cancelled += await cancelFiles({ teamId, vectorStoreId, fileIds, now }, tx);
      }
      if (cancelled === 0) return;
      await tx.fileBatch.updateMany({ where: { teamId, id: batchId }, data: { cancelledAt: now } });
    }),
  );
}

/**
 * Cancels a file of a store while it is still to be read, without the chunks it has.
 * @throws AppError database_unavailable
 */
export async function cancelVectorStoreFile(
  scope: { teamId: string; vectorStoreId: string; fileId: string },
  now: Date,
): Promise<void> {
  const { teamId, vectorStoreId, fileId } = scope;
  await mapped(() => inTransaction((tx) => cancelFiles({ teamId, vectorStoreId, fileIds: [fileId], now }, tx)));
}

interface Cancellation {
  teamId: string;
  vectorStoreId: string;
  fileIds: readonly string[];
  now: Date;
}

async function cancelFiles(files: Cancellation, tx: TransactionClient): Promise<number> {
  const { teamId, vectorStoreId, fileIds, now } = files;
  const cancelled = await tx.$queryRaw<{ fileId: string }[]>`
    UPDATE vector_store_file
    SET status = 'cancelled', step = 'done', updated_at = ${now}, done_count = 0, total_count = 0,
        usage_bytes = 0, chunk_count = 0, lexeme_count = 0
    WHERE team_id = ${teamId} AND vector_store_id = ${vectorStoreId} AND file_id = ANY (${fileIds}::text[])
      AND status = 'in_progress'
    RETURNING file_id AS "fileId"`;
  if (cancelled.length === 0) return 0;
  // A statement of its own: now that the rows are locked, it sees the last chunks that were written.
  await tx.chunk.deleteMany({
    where: { teamId, vectorStoreId, fileId: { in: cancelled.map((row) => row.fileId) } },
  });
  return cancelled.length;
}
