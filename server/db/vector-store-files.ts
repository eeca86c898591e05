import { pool, prisma, type TransactionClient } from "#server/db/client";
import { filesOfBatch } from "#server/db/file-batches";
import type { QueueLine } from "#server/db/ingest-queue";
import { mapped } from "#server/db/mapped";

export type AttributeValue = string | number | boolean;
export type FileStatus = "in_progress" | "completed" | "failed" | "cancelled";
export type IngestStep = "queued" | "parsing" | "chunking" | "embedding" | "done";

/** Sizes in tokens. */
export interface StoredChunking {
  maxChunkSizeTokens: number;
  chunkOverlapTokens: number;
}

/** A file in a vector store. */
export interface VectorStoreFileRow {
  vectorStoreId: string;
  fileId: string;
  status: FileStatus;
  step: IngestStep;
  doneCount: number;
  totalCount: number;
  errorCode: string | null;
  errorMessage: string | null;
  attributes: Record<string, AttributeValue>;
  chunkingStrategy: StoredChunking;
  usageBytes: number;
  chunkCount: number;
  ingestId: string;
  attempts: number;
  createdAt: Date;
  updatedAt: Date;
  filename: string;
  /** Size of the original. */
  fileBytes: number;
}

export interface VectorStoreFileScope {
  teamId: string;
  vectorStoreId: string;
  fileId: string;
}

/** Of a {@link VectorStoreFileRow}, out of {@link STORE_FILE_FROM}. */
export const STORE_FILE_COLUMNS = `
  s.vector_store_id AS "vectorStoreId", s.file_id AS "fileId", s.status, s.step,
  s.done_count AS "doneCount", s.total_count AS "totalCount",
  s.error_code AS "errorCode", s.error_message AS "errorMessage", s.attributes,
  s.chunking_strategy AS "chunkingStrategy", s.usage_bytes::float8 AS "usageBytes", s.chunk_count AS "chunkCount",
  s.ingest_id AS "ingestId", s.attempts, s.created_at AS "createdAt", s.updated_at AS "updatedAt",
  f.filename, f.bytes::float8 AS "fileBytes"`;

export const STORE_FILE_FROM = `FROM vector_store_file s JOIN file f ON f.team_id = s.team_id AND f.id = s.file_id`;

/**
 * The file in the team's store, or null.
 * @throws AppError database_unavailable
 */
export async function findVectorStoreFile(scope: VectorStoreFileScope): Promise<VectorStoreFileRow | null> {
  const { rows } = await mapped(() =>
    pool().query<VectorStoreFileRow>(
      `SELECT ${STORE_FILE_COLUMNS} ${STORE_FILE_FROM} WHERE s.team_id = $1 AND s.vector_store_id = $2 AND s.file_id = $3`,
      [scope.teamId, scope.vectorStoreId, scope.fileId],
    ),
  );
  return rows[0] ?? null;
}

export interface VectorStoreFileListQuery {
  teamId: string;
  vectorStoreId: string;
  limit: number;
  order: "asc" | "desc";
  after: string | null;
  before: string | null;
  status: FileStatus | null;
  /** Only files of this batch. */
  batchId?: string | undefined;
}

/**
 * The files of a store by the time they were attached, at most `limit`. A cursor that is not in the store finds none.
 * @throws AppError database_unavailable
 */
export async function listVectorStoreFiles(query: VectorStoreFileListQuery): Promise<VectorStoreFileRow[]> {
  const { teamId, vectorStoreId, limit, order, after, before, status, batchId } = query;
  const values: unknown[] = [teamId, vectorStoreId, limit];
  const add = (value: unknown) => `$${values.push(value)}`;
  const [past, upTo] = order === "asc" ? [">", "<"] : ["<", ">"];
  const bound = (operator: string, fileId: string) => `
    (s.created_at, s.file_id) ${operator} (
      SELECT c.created_at, c.file_id FROM vector_store_file c
      WHERE c.team_id = $1 AND c.vector_store_id = $2 AND c.file_id = ${add(fileId)})`;
  // Only what is asked for stands in the statement: a condition that might hold would be planned without its index.
  const conditions = [
    "s.team_id = $1 AND s.vector_store_id = $2",
    ...(status === null ? [] : [`s.status = ${add(status)}`]),
    ...(after === null ? [] : [bound(past, after)]),
    ...(before === null ? [] : [bound(upTo, before)]),
  ];
  // Of a batch, its few files are read first: else the whole store might be walked to find them.
  const batch =
    batchId === undefined
      ? ""
      : `WITH vector_store_file AS MATERIALIZED (
           SELECT * FROM public.vector_store_file
           WHERE team_id = $1 AND vector_store_id = $2 AND file_id = ANY (${filesOfBatch("$1", add(batchId))}))`;
  const { rows } = await mapped(() =>
    pool().query<VectorStoreFileRow>(
      `${batch} SELECT ${STORE_FILE_COLUMNS} ${STORE_FILE_FROM} WHERE ${conditions.join(" AND ")}
       ORDER BY s.created_at ${order}, s.file_id ${order} LIMIT $3`,
      values,
    ),
  );
  return rows;
}

export interface NewVectorStoreFile {
  fileId: string;
  attributes: Record<string, AttributeValue>;
  chunkingStrategy: StoredChunking;
  ingestId: string;
  createdAt: Date;
  queueLine: QueueLine;
  queuePlace: number;
}

/** What is known of a file that is in a store already. */
export type PresentFile = Pick<VectorStoreFileRow, "fileId" | "status" | "attributes" | "chunkingStrategy">;

/**
 * Those of `fileIds` that are in the store, held until the caller's transaction ends.
 * @throws AppError database_unavailable
 */
export async function findPresentFiles(
  store: { teamId: string; vectorStoreId: string },
  fileIds: readonly string[],
  tx: TransactionClient,
): Promise<PresentFile[]> {
  const { teamId, vectorStoreId } = store;
  return mapped(
    () => tx.$queryRaw<PresentFile[]>`
      SELECT file_id AS "fileId", status, attributes, chunking_strategy AS "chunkingStrategy" FROM vector_store_file
      WHERE team_id = ${teamId} AND vector_store_id = ${vectorStoreId} AND file_id = ANY (${fileIds}::text[])
      ORDER BY file_id FOR UPDATE`,
  );
}

/**
 * How many files of the team wait to be read, or are being read; counted up to `limit`.
 * @throws AppError database_unavailable
 */
export async function countQueuedFiles(teamId: string, limit: number, tx: TransactionClient): Promise<number> {
  const [row] = await mapped(
    () => tx.$queryRaw<{ count: number }[]>`
      SELECT count(*)::int AS count FROM (
        SELECT FROM vector_store_file WHERE team_id = ${teamId} AND status = 'in_progress' LIMIT ${limit}) queued`,
  );
  return row?.count ?? 0;
}

/**
 * Puts files into a store, to be read from the start. A file that is there already is taken up again under its new
 * `ingestId`, without the chunks it had; it keeps its place in the list.
 * @throws AppError database_unavailable
 */
export async function upsertVectorStoreFiles(
  store: { teamId: string; vectorStoreId: string },
  files: readonly NewVectorStoreFile[],
  tx: TransactionClient,
): Promise<void> {
  const { teamId, vectorStoreId } = store;
  const ids = files.map((file) => file.fileId);
  await mapped(async () => {
    await tx.$executeRaw`
      INSERT INTO vector_store_file (team_id, vector_store_id, file_id, status, step, attributes, chunking_strategy,
                                     ingest_id, created_at, updated_at, queue_line, queue_place)
      SELECT ${teamId}, ${vectorStoreId}, n.file_id, 'in_progress', 'queued', n.attributes::jsonb, n.chunking::jsonb,
             n.ingest_id, n.created_at, n.created_at, n.queue_line, n.queue_place
      FROM unnest(${ids}::text[], ${files.map((file) => JSON.stringify(file.attributes))}::text[],
                  ${files.map((file) => JSON.stringify(file.chunkingStrategy))}::text[],
                  ${files.map((file) => file.ingestId)}::text[],
                  ${files.map((file) => file.createdAt.toISOString())}::timestamptz[],
                  ${files.map((file) => file.queueLine)}::text[], ${files.map((file) => file.queuePlace)}::int[])
           AS n(file_id, attributes, chunking, ingest_id, created_at, queue_line, queue_place)
      ON CONFLICT (team_id, vector_store_id, file_id) DO UPDATE SET
        status = 'in_progress', step = 'queued', done_count = 0, total_count = 0, error_code = NULL,
        error_message = NULL, attributes = excluded.attributes, chunking_strategy = excluded.chunking_strategy,
        usage_bytes = 0, chunk_count = 0, lexeme_count = 0, attempts = 0, ingest_id = excluded.ingest_id, built_generation = NULL,
        queue_line = excluded.queue_line, queue_place = excluded.queue_place,
        updated_at = excluded.updated_at`;
    // After the rows, which are locked now: whoever still reads them under an older ingestId writes no more chunks.
    await tx.chunk.deleteMany({ where: { teamId, vectorStoreId, fileId: { in: ids } } });
  });
}

/**
 * Replaces the attributes of files in a store, in the caller's transaction.
 * @throws AppError database_unavailable
 */
export async function replaceAttributes(
  store: { teamId: string; vectorStoreId: string },
  files: readonly { fileId: string; attributes: Record<string, AttributeValue> }[],
  tx: TransactionClient,
): Promise<void> {
  const { teamId, vectorStoreId } = store;
  await mapped(
    () => tx.$executeRaw`
      UPDATE vector_store_file s SET attributes = n.attributes::jsonb
      FROM unnest(${files.map((file) => file.fileId)}::text[],
                  ${files.map((file) => JSON.stringify(file.attributes))}::text[]) AS n(file_id, attributes)
      WHERE s.team_id = ${teamId} AND s.vector_store_id = ${vectorStoreId} AND s.file_id = n.file_id`,
  );
}

/**
 * Replaces a file's attributes; false when it is not in the store.
 * @throws AppError database_unavailable
 */
export async function updateAttributes(
  scope: VectorStoreFileScope,
  attributes: Record<string, AttributeValue>,
): Promise<boolean> {
  const { count } = await mapped(() =>
    prisma().vectorStoreFile.updateMany({ where: { ...scope }, data: { attributes } }),
  );
  return count === 1;
}
