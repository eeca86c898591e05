import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { type BlobStore, parseBlobKey } from "#server/blobs/blob-store";
import {
  connectorTo,
  isMissing,
  isRefused,
  mapS3Error,
  objectAt,
  type S3Connection,
  type S3Object,
  type S3Settings,
} from "#server/blobs/s3-connection";
import { AppError } from "#server/errors";

/** S3 takes at most 10,000 parts of an object: 78 GiB. */
const PART_BYTES = 8 * 1024 * 1024;
/** Parts of one object on their way at once: one is sent while the next is read. */
const PARTS_AT_ONCE = 2;

/**
 * Blobs as objects of a bucket, `<prefix>/<team id>/<blob id>`. What is longer than a part is a multipart upload; what a
 * killed process left of one goes when the blob is deleted.
 * All throw AppError storage_unavailable when the store does not answer or fails.
 */
export function createS3Blobs(settings: S3Settings): BlobStore {
  const connect = connectorTo(settings);
  const find = async (key: string) => {
    const { teamId, blobId } = parseBlobKey(key);
    return { connection: await connect(), object: objectAt(settings, `${teamId}/${blobId}`) };
  };
  return {
    put: async (key, source, signal) => {
      const place = await find(key);
      try {
        return await write({ ...place, source, signal });
      } catch (error) {
        throw mapS3Error(error);
      }
    },
    get: async (key) => {
      const place = await find(key);
      const size = await sizeOf(place).catch(rethrow);
      if (size === null) throw new AppError("not_found", "The file's content is not there.");
      return read(place, size);
    },
    delete: async (key) => {
      const place = await find(key);
      await abortUploads(place).catch(rethrow);
      await remove(place).catch(rethrow);
    },
  };
}

interface Place {
  connection: S3Connection;
  object: S3Object;
}

function rethrow(error: unknown): never {
  throw mapS3Error(error);
}

/** In bytes; null when there is no such object. */
async function sizeOf({ connection: { s3, client }, object }: Place): Promise<number | null> {
  try {
    const { ContentLength = 0 } = await client.send(new s3.HeadObjectCommand(object));
    return ContentLength;
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

interface Write extends Place {
  source: AsyncIterable<Uint8Array>;
  signal: AbortSignal | undefined;
}

async function write({ source, signal, ...place }: Write): Promise<{ bytes: number; sha256: string }> {
  const { connection, object } = place;
  signal?.throwIfAborted();
  // Asked instead of demanded (If-None-Match), which not every store knows; blobs' ids are random.
  if ((await sizeOf(place)) !== null) throw new Error(`there is an object already: ${object.Key}`);
  const reading = new MeasuredSource();
  const upload = new connection.Upload({
    client: connection.client,
    params: { ...object, Body: Readable.from(reading.read(source, signal), { objectMode: false }) },
    partSize: PART_BYTES,
    queueSize: PARTS_AT_ONCE,
  });
  try {
    await upload.done();
    signal?.throwIfAborted();
    return reading.result();
  } catch (error) {
    // The object may be there, whole: what failed may be only the answer. The sweep tries again.
    if (reading.ended) await remove(place).catch(() => {});
    throw reading.failure ?? error;
  }
}

/** Passes a source's bytes on, and knows what became of it: the upload's own error may hide the source's. */
class MeasuredSource {
  /** True when all bytes have been passed on; the object cannot have been made before. */
  ended = false;
  failure: unknown;
  private bytes = 0;
  private readonly hash = createHash("sha256");

  async *read(source: AsyncIterable<Uint8Array>, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array, void> {
    let reading = true;
    try {
      for await (const chunk of source) {
        signal?.throwIfAborted();
        this.hash.update(chunk);
        this.bytes += chunk.byteLength;
        reading = false;
        if (chunk.byteLength > 0) yield chunk;
        reading = true;
      }
      signal?.throwIfAborted();
      this.ended = true;
    } catch (error) {
      // Else it was thrown in here by a stream whose reader has failed.
      if (reading) this.failure = error;
      throw error;
    }
  }

  result(): { bytes: number; sha256: string } {
    return { bytes: this.bytes, sha256: this.hash.digest("hex") };
  }
}

/**
 * Asks for the object when its first bytes are: a reader that never asks holds no connection. A connection that breaks
 * midway is followed by a request for the rest, as long as each brings something.
 */
async function* read({ connection: { s3, client }, object }: Place, size: number): AsyncGenerator<Uint8Array, void> {
  for (let at = 0; at < size; ) {
    const from = at;
    try {
      const Range = from > 0 ? `bytes=${from}-` : undefined;
      const { Body, ContentRange } = await client.send(new s3.GetObjectCommand({ ...object, Range }));
      if (!(Body instanceof Readable)) throw new Error("the store's answer has no body");
      if (from > 0 && !ContentRange?.startsWith(`bytes ${from}-`)) {
        Body.destroy();
        throw new Error("the store does not give the rest of an object");
      }
      for await (const piece of Body) {
        at += piece.byteLength;
        yield piece;
      }
    } catch (error) {
      if (isMissing(error)) throw new AppError("not_found", "The file's content is not there.", { cause: error });
      if (at === from) throw mapS3Error(error);
    }
    if (at === from) throw new AppError("storage_unavailable", "The file store broke off. Try again in a moment.");
  }
}

async function remove({ connection: { s3, client }, object }: Place): Promise<void> {
  try {
    await client.send(new s3.DeleteObjectCommand(object));
  } catch (error) {
    // Some stores answer so where S3 itself says that all is well.
    if (!isMissing(error)) throw error;
  }
}

/** Ends the uploads of this object that nobody ends any more, so that their parts go. */
async function abortUploads({ connection: { s3, client }, object }: Place): Promise<void> {
  const { Bucket, Key } = object;
  try {
    const { Uploads = [] } = await client.send(new s3.ListMultipartUploadsCommand({ Bucket, Prefix: Key }));
    for (const { Key: found, UploadId } of Uploads) {
      if (found === Key) await client.send(new s3.AbortMultipartUploadCommand({ ...object, UploadId }));
    }
  } catch (error) {
    // Then a rule of the bucket must do it, as README.md says.
    if (!isRefused(error)) throw error;
  }
}
