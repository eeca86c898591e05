import { pool } from "#server/db/client";

/** At most this many bytes a row. */
export const BLOB_ROW_BYTES = 1024 * 1024;

export interface BlobKey {
  teamId: string;
  blobId: string;
}

/** Adds one row of a blob. */
export async function insertBlobChunk(key: BlobKey, seq: number, data: Uint8Array): Promise<void> {
  await pool().query("INSERT INTO blob_chunk (team_id, blob_id, seq, data) VALUES ($1, $2, $3, $4)", [
    key.teamId,
    key.blobId,
    seq,
    data,
  ]);
}

/** One row of a blob, or null past its end. */
export async function readBlobChunk(key: BlobKey, seq: number): Promise<Uint8Array | null> {
  const { rows } = await pool().query<{ data: Buffer }>(
    "SELECT data FROM blob_chunk WHERE team_id = $1 AND blob_id = $2 AND seq = $3",
    [key.teamId, key.blobId, seq],
  );
  return rows[0]?.data ?? null;
}

/** Removes every row of a blob. */
export async function deleteBlobChunks(key: BlobKey): Promise<void> {
  await pool().query("DELETE FROM blob_chunk WHERE team_id = $1 AND blob_id = $2", [key.teamId, key.blobId]);
}
