import { pool, prisma } from "#server/db/client";
import type { FileRow } from "#server/db/files";
import { mapped } from "#server/db/mapped";

export type UploadStatus = "pending" | "completed" | "cancelled" | "expired";

/** A file that arrives in parts. */
export interface UploadRow {
  id: string;
  filename: string;
  purpose: string;
  /** What the parts must add up to. */
  bytes: number;
  mediaType: string;
  expiresAfterSeconds: number | null;
  status: UploadStatus;
  /** What it has become; null unless it is completed. */
  fileId: string | null;
  createdAt: Date;
  expiresAt: Date;
}

export interface UploadScope {
  teamId: string;
  uploadId: string;
}

/** A part whose bytes are whole, under its own id in the blob store. */
export interface UploadPartRow {
  id: string;
  bytes: number;
}

const FIELDS = {
  id: true,
  filename: true,
  purpose: true,
  bytes: true,
  mediaType: true,
  expiresAfterSeconds: true,
  status: true,
  fileId: true,
  createdAt: true,
  expiresAt: true,
};

/** The status was written by this file. */
function toRow(row: Omit<UploadRow, "bytes" | "status"> & { bytes: bigint; status: string }): UploadRow {
  return { ...row, bytes: Number(row.bytes), status: row.status as UploadStatus };
}

/**
 * Stores a new upload.
 * @throws AppError database_unavailable
 */
export async function insertUpload(teamId: string, row: UploadRow): Promise<void> {
  await mapped(() => prisma().upload.create({ data: { ...row, teamId, bytes: BigInt(row.bytes) } }));
}

/**
 * The team's upload, or null. One that has expired may still be called pending.
 * @throws AppError database_unavailable
 */
export async function findUpload(scope: UploadScope): Promise<UploadRow | null> {
  return mapped(async () => {
    const where = { teamId: scope.teamId, id: scope.uploadId };
    const row = await prisma().upload.findFirst({ where, select: FIELDS });
    return row && toRow(row);
  });
}

/**
 * Adds a part whose blob is complete and takes the blob's announcement back, in one statement. Answers false, and
 * changes nothing, when the upload takes no more: it has ended, expired, or would come to more than `maxBytes`.
 * @throws AppError database_unavailable
 */
export async function insertUploadPart(
  scope: UploadScope,
  part: UploadPartRow & { sha256: string; now: Date; maxBytes: number },
): Promise<boolean> {
  return mapped(async () => {
    const { rowCount } = await pool().query(
      `WITH open AS (
         UPDATE upload SET received_bytes = received_bytes + $4
         WHERE team_id = $1 AND id = $2 AND status = 'pending' AND expires_at > $6 AND received_bytes + $4 <= $7
         RETURNING team_id, id
       ), owned AS (
         DELETE FROM blob_garbage g USING open WHERE g.team_id = open.team_id AND g.blob_id = $3)
       INSERT INTO upload_part (team_id, id, upload_id, bytes, sha256, created_at)
       SELECT open.team_id, $3, open.id, $4, $5, $6 FROM open`,
      [scope.teamId, scope.uploadId, part.id, part.bytes, part.sha256, part.now, part.maxBytes],
    );
    return rowCount === 1;
  });
}

/**
 * Those of `ids` that are parts of the upload.
 * @throws AppError database_unavailable
 */
export async function findUploadParts(scope: UploadScope, ids: readonly string[]): Promise<Map<string, UploadPartRow>> {
  const { rows } = await mapped(() =>
    pool().query<UploadPartRow>(
      `SELECT id, bytes::float8 AS bytes FROM upload_part
       WHERE team_id = $1 AND id = ANY ($3::text[]) AND upload_id = $2`,
      [scope.teamId, scope.uploadId, ids],
    ),
  );
  return new Map(rows.map((row) => [row.id, row]));
}

/**
 * Ends an upload well: its file exists, and the file's blob is announced no more, in one statement. Answers false, and
 * makes no file, when the upload is not pending any more.
 * @throws AppError database_unavailable
 */
export async function completeUpload(scope: UploadScope, file: FileRow & { sha256: string }): Promise<boolean> {
  return mapped(async () => {
    const { rowCount } = await pool().query(
      `WITH done AS (
         UPDATE upload SET status = 'completed', file_id = $3
         WHERE team_id = $1 AND id = $2 AND status = 'pending' RETURNING team_id
       ), owned AS (
         DELETE FROM blob_garbage g USING done WHERE g.team_id = done.team_id AND g.blob_id = $3)
       INSERT INTO file (team_id, id, filename, purpose, bytes, sha256, media_type, created_at, expires_at)
       SELECT team_id, $3, $4, $5, $6, $7, $8, $9, $10 FROM done`,
      [
        scope.teamId,
        scope.uploadId,
        file.id,
        file.filename,
        file.purpose,
        file.bytes,
        file.sha256,
        file.mediaType,
        file.createdAt,
        file.expiresAt,
      ],
    );
    return rowCount === 1;
  });
}

/**
 * Cancels a pending upload; null when the team has none of that id that is pending and has not expired.
 * @throws AppError database_unavailable
 */
export async function cancelUpload(scope: UploadScope, now: Date): Promise<UploadRow | null> {
  return mapped(async () => {
    const rows = await prisma().upload.updateManyAndReturn({
      where: { teamId: scope.teamId, id: scope.uploadId, status: "pending", expiresAt: { gt: now } },
      data: { status: "cancelled" },
      select: FIELDS,
    });
    return rows[0] ? toRow(rows[0]) : null;
  });
}
