import { createHash } from "node:crypto";
import { type BlobStore, parseBlobKey } from "#server/blobs/blob-store";
import { BLOB_ROW_BYTES, deleteBlobChunks, insertBlobChunk, readBlobChunk } from "#server/db/blob-chunks";
import { AppError } from "#server/errors";

/** Blobs as rows of at most 1 MiB, read and written one at a time, so that a file never stands in memory. */
export const postgresBlobs: BlobStore = {
  put: async (key, source, signal) => {
    const id = parseBlobKey(key);
    const hash = createHash("sha256");
    let bytes = 0;
    let seq = 0;
    try {
      signal?.throwIfAborted();
      for await (const row of inRows(source)) {
        signal?.throwIfAborted();
        await insertBlobChunk(id, seq++, row);
        hash.update(row);
        bytes += row.byteLength;
      }
      signal?.throwIfAborted();
      // An empty file is a blob too: one empty row tells it from none.
      if (seq === 0) await insertBlobChunk(id, 0, new Uint8Array());
    } catch (error) {
      // Row 0 of another's blob under this key is not ours to remove.
      if (seq > 1 || bytes > 0) await deleteBlobChunks(id);
      throw error;
    }
    return { bytes, sha256: hash.digest("hex") };
  },
  get: async (key) => {
    const id = parseBlobKey(key);
    const first = await readBlobChunk(id, 0);
    if (!first) throw new AppError("not_found", "The file's content is not there.");
    return (async function* () {
      yield first;
      let last = first;
      for (let seq = 1; last.byteLength === BLOB_ROW_BYTES; seq++) {
        const next = await readBlobChunk(id, seq);
        if (!next) return;
        yield next;
        last = next;
      }
    })();
  },
  delete: (key) => deleteBlobChunks(parseBlobKey(key)),
};

/** The same bytes in pieces of exactly one row, the last one shorter. */
async function* inRows(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let waiting: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of source) {
    for (let at = 0; at < chunk.byteLength; ) {
      const piece = chunk.subarray(at, at + BLOB_ROW_BYTES - length);
      waiting.push(piece);
      length += piece.byteLength;
      at += piece.byteLength;
      if (length < BLOB_ROW_BYTES) continue;
      yield Buffer.concat(waiting, length);
      waiting = [];
      length = 0;
    }
  }
  if (length > 0) yield Buffer.concat(waiting, length);
}
