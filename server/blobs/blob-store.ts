/** Where file bytes live. One interface, one shared suite; streamed both ways with constant memory. */
export interface BlobStore {
  /**
   * Writes the whole stream under `key` and resolves with its size and hash; a failed write leaves nothing behind.
   * Rejects with the source's error, or with the signal's reason when it aborts.
   */
  put(key: string, source: AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<{ bytes: number; sha256: string }>;
  /** Streams the bytes; rejects with AppError `not_found` before the first byte when there are none. */
  get(key: string): Promise<AsyncIterable<Uint8Array>>;
  /** Removes the bytes; removing what is not there is no error. */
  delete(key: string): Promise<void>;
}
