import { isAppError } from "#server/errors";

/**
 * Where file bytes live. One interface, one shared suite; streamed both ways with constant memory.
 * A key is `<team id>/<blob id>`, made by {@link blobKey}.
 */
export interface BlobStore {
  /**
   * Writes the whole stream under `key` and resolves with its size and hash; a failed write leaves nothing behind.
   * Rejects with the source's error, or with the signal's reason when it aborts. A key is written once.
   */
  put(key: string, source: AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<{ bytes: number; sha256: string }>;
  /**
   * Streams the bytes; rejects with AppError `not_found` before the first byte when there are none. A reader that never
   * asks for one holds nothing open.
   */
  get(key: string): Promise<AsyncIterable<Uint8Array>>;
  /** Removes the bytes; removing what is not there is no error. */
  delete(key: string): Promise<void>;
}

const SEGMENT = /^[A-Za-z0-9_-]{1,128}$/;

/** The key of a team's blob. */
export function blobKey(teamId: string, blobId: string): string {
  return `${teamId}/${blobId}`;
}

/** The two parts of a key. Throws when it has another form: a key must never reach outside its store. */
export function parseBlobKey(key: string): { teamId: string; blobId: string } {
  const [teamId, blobId, ...rest] = key.split("/");
  if (!teamId || !blobId || rest.length > 0 || !SEGMENT.test(teamId) || !SEGMENT.test(blobId))
    throw new Error(`not a blob key: ${key}`);
  return { teamId, blobId };
}

/**
 * Whether the store has bytes under `key`; none of them is read.
 * @throws AppError storage_unavailable, database_unavailable
 */
export async function hasBlob(store: BlobStore, key: string): Promise<boolean> {
  try {
    await store.get(key);
    return true;
  } catch (error) {
    if (isAppError(error) && error.code === "not_found") return false;
    throw error;
  }
}
