import { createHash, randomUUID } from "node:crypto";
import { type FileHandle, link, mkdir, open, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type BlobStore, parseBlobKey } from "#server/blobs/blob-store";
import { AppError } from "#server/errors";

/** Blobs as files of one folder: `<team id>/<blob id>`. A write happens beside it and is linked there when it is whole. */
export function createLocalBlobs(directory: string): BlobStore {
  const pathOf = (key: string) => {
    const { teamId, blobId } = parseBlobKey(key);
    return join(directory, teamId, blobId);
  };
  return {
    put: async (key, source, signal) => {
      const path = pathOf(key);
      const partial = join(directory, ".partial", randomUUID());
      await mkdir(dirname(partial), { recursive: true, mode: 0o700 });
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      try {
        const written = await writeAll({ path: partial, source, signal });
        // Unlike renaming, linking refuses a key that is taken.
        await link(partial, path);
        return written;
      } finally {
        await rm(partial, { force: true });
      }
    },
    get: async (key) => {
      const file = await openForRead(pathOf(key));
      return file.createReadStream();
    },
    delete: (key) => rm(pathOf(key), { force: true }),
  };
}

interface Write {
  path: string;
  source: AsyncIterable<Uint8Array>;
  signal: AbortSignal | undefined;
}

async function writeAll({ path, source, signal }: Write): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash("sha256");
  let bytes = 0;
  const file = await open(path, "wx", 0o600);
  try {
    signal?.throwIfAborted();
    for await (const chunk of source) {
      signal?.throwIfAborted();
      hash.update(chunk);
      bytes += chunk.byteLength;
      await file.appendFile(chunk);
    }
    signal?.throwIfAborted();
  } finally {
    await file.close();
  }
  return { bytes, sha256: hash.digest("hex") };
}

async function openForRead(path: string): Promise<FileHandle> {
  try {
    return await open(path, "r");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT")
      throw new AppError("not_found", "The file's content is not there.");
    throw error;
  }
}
