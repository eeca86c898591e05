import { inTransaction, pool, prisma, type TransactionClient } from "#server/db/client";
import { mapped } from "#server/db/mapped";

/** A stored file. Its bytes are a blob under the same id. */
export interface FileRow {
  id: string;
  filename: string;
  purpose: string;
  bytes: number;
  mediaType: string;
  createdAt: Date;
  expiresAt: Date | null;
}

/** A file as it is stored first. `itemId`: of the item that made it, and with which it goes. */
export type NewFileRow = FileRow & { sha256: string; itemId?: string };

export interface FileScope {
  teamId: string;
  fileId: string;
}

const FIELDS = {
  id: true,
  filename: true,
  purpose: true,
  bytes: true,
  mediaType: true,
  createdAt: true,
  expiresAt: true,
};

/** A file that has reached its end is gone for every reader, though its row is still to be swept. */
function alive(now: Date) {
  return { OR: [{ expiresAt: null }, { expiresAt: { gt: now } }] };
}

function toRow(row: Omit<FileRow, "bytes"> & { bytes: bigint }): FileRow {
  return { ...row, bytes: Number(row.bytes) };
}

/**
 * Announces a blob before its bytes are written, so that a process that dies while it writes leaves a row for the sweep.
 * {@link insertFile} takes the announcement back.
 * @throws AppError database_unavailable
 */
export async function announceBlob(scope: FileScope, now: Date): Promise<void> {
  await mapped(async () => {
    await prisma().blobGarbage.create({ data: { teamId: scope.teamId, blobId: scope.fileId, createdAt: now } });
  });
}

/**
 * Stores the row of a file whose blob is complete.
 * @throws AppError database_unavailable
 */
export async function insertFile(teamId: string, file: NewFileRow): Promise<void> {
  await mapped(() => inTransaction((tx) => insertFileWithin(teamId, file, tx)));
}

/** {@link insertFile} as a part of the caller's transaction. */
export async function insertFileWithin(teamId: string, file: NewFileRow, tx: TransactionClient): Promise<void> {
  await tx.blobGarbage.deleteMany({ where: { teamId, blobId: file.id } });
  await tx.file.create({ data: { ...file, teamId, bytes: BigInt(file.bytes) } });
}

/**
 * The team's file, or null when there is none or it has expired.
 * @throws AppError database_unavailable
 */
export async function findFile(scope: FileScope, now: Date, tx?: TransactionClient): Promise<FileRow | null> {
  return mapped(async () => {
    const row = await (tx ?? prisma()).file.findFirst({
      where: { teamId: scope.teamId, id: scope.fileId, ...alive(now) },
      select: FIELDS,
    });
    return row && toRow(row);
  });
}

/**
 * The team's files among `ids`, with their sizes. They stay so until the caller's transaction ends.
 * @throws AppError database_unavailable
 */
export async function holdFiles(
  query: { teamId: string; ids: readonly string[]; now: Date },
  tx: TransactionClient,
): Promise<{ id: string; bytes: number }[]> {
  const { teamId, ids, now } = query;
  return mapped(
    () => tx.$queryRaw<{ id: string; bytes: number }[]>`
      SELECT id, bytes::float8 AS bytes FROM file WHERE team_id = ${teamId} AND id = ANY (${ids}::text[])
        AND (expires_at IS NULL OR expires_at > ${now}) ORDER BY id FOR KEY SHARE`,
  );
}

export interface FileListQuery {
  teamId: string;
  limit: number;
  order: "asc" | "desc";
  /** Ids begin with their time, so a cursor need not exist any more. */
  after: string | null;
  before: string | null;
  purpose: string | null;
  now: Date;
}

/** A page may be ten thousand files; a statement must not hold the embedded database for as long as they take. */
const STATEMENT_FILES = 2_000;

/**
 * The team's files by creation, at most `limit`.
 * @throws AppError database_unavailable
 */
export async function listFiles(query: FileListQuery): Promise<FileRow[]> {
  const files: FileRow[] = [];
  for (;;) {
    const limit = Math.min(query.limit - files.length, STATEMENT_FILES);
    const rows = await readFiles({ ...query, after: files.at(-1)?.id ?? query.after, limit });
    files.push(...rows);
    if (rows.length < limit || files.length === query.limit) return files;
  }
}

async function readFiles(query: FileListQuery): Promise<FileRow[]> {
  const { teamId, limit, order, purpose, now } = query;
  return mapped(async () => {
    const rows = await prisma().file.findMany({
      where: { teamId, ...(purpose === null ? {} : { purpose }), ...alive(now), AND: idBounds(query) },
      select: FIELDS,
      orderBy: { id: order },
      take: limit,
    });
    return rows.map(toRow);
  });
}

/** The part of an id-ordered list between two cursors. */
export function idBounds(cursor: { order: "asc" | "desc"; after: string | null; before: string | null }) {
  const [past, upTo] = cursor.order === "asc" ? (["gt", "lt"] as const) : (["lt", "gt"] as const);
  return [
    ...(cursor.after === null ? [] : [{ id: { [past]: cursor.after } }]),
    ...(cursor.before === null ? [] : [{ id: { [upTo]: cursor.before } }]),
  ];
}

/**
 * Deletes a file with its text and its chunks in every store, and leaves its blob to the sweep, due at once:
 * one statement. Answers whether there was one.
 * @throws AppError database_unavailable
 */
export async function deleteFile(scope: FileScope): Promise<boolean> {
  return mapped(async () => {
    const { rowCount } = await pool().query(
      `WITH gone AS (DELETE FROM file WHERE team_id = $1 AND id = $2 RETURNING id)
       INSERT INTO blob_garbage (team_id, blob_id, created_at) SELECT $1, id, 'epoch' FROM gone ON CONFLICT DO NOTHING`,
      [scope.teamId, scope.fileId],
    );
    return rowCount === 1;
  });
}

/**
 * Files of any team that have expired, at most `limit`.
 * @throws AppError database_unavailable
 */
export async function findExpiredFiles(now: Date, limit: number): Promise<FileScope[]> {
  return mapped(async () => {
    const rows = await prisma().file.findMany({
      where: { expiresAt: { lte: now } },
      select: { teamId: true, id: true },
      take: limit,
    });
    return rows.map((row) => ({ teamId: row.teamId, fileId: row.id }));
  });
}

/**
 * Files of any team whose item was never stored, made before `olderThan`, at most `limit`.
 * @throws AppError database_unavailable
 */
export async function findFilesWithoutItem(olderThan: Date, limit: number): Promise<FileScope[]> {
  return mapped(async () => {
    const { rows } = await pool().query<FileScope>(
      `SELECT team_id AS "teamId", id AS "fileId" FROM file f
       WHERE item_id IS NOT NULL AND created_at < $1
         AND NOT EXISTS (SELECT 1 FROM item i WHERE i.team_id = f.team_id AND i.id = f.item_id)
       LIMIT $2`,
      [olderThan, limit],
    );
    return rows;
  });
}

/**
 * Blobs of any team that no file owns since before `olderThan`, at most `limit`.
 * @throws AppError database_unavailable
 */
export async function findBlobGarbage(olderThan: Date, limit: number): Promise<FileScope[]> {
  return mapped(async () => {
    const rows = await prisma().blobGarbage.findMany({
      where: { createdAt: { lt: olderThan } },
      orderBy: { createdAt: "asc" },
      take: limit,
    });
    return rows.map((row) => ({ teamId: row.teamId, fileId: row.blobId }));
  });
}

/**
 * Forgets a blob whose bytes are gone.
 * @throws AppError database_unavailable
 */
export async function forgetBlobGarbage(scope: FileScope): Promise<void> {
  await mapped(async () => {
    await prisma().blobGarbage.deleteMany({ where: { teamId: scope.teamId, blobId: scope.fileId } });
  });
}
