import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { type FileHandle, link, mkdir, open, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type BlobStore, parseBlobKey } from "#server/blobs/blob-store";
import { AppError } from "#server/errors";

/** What the file of a blob is called while it is written; no key can end like this. */
const PARTIAL = ".partial";

/**
 * Blobs as files of one folder: `<team id>/<blob id>`. A write happens beside it and is linked there when it is whole;
 * what a killed process left of one goes when the blob is deleted.
 */
export function createLocalBlobs(directory: string): BlobStore {
  const pathOf = (key: string) => {
    const { teamId, blobId } = parseBlobKey(key);
    return join(directory, teamId, blobId);
  };
  return {
    put: async (key, source, signal) => {
      const path = pathOf(key);
      const partial = path + PARTIAL;
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      const file = await open(partial, "wx", 0o600);
      try {
        const written = await writeAll({ file, source, signal });
        // Unlike renaming, linking refuses a key that is taken.
        await link(partial, path);
        return written;
      } finally {
        await rm(partial, { force: true });
      }
    },
    get: async (key) => {
      const path = pathOf(key);
      await stat(path).catch(asNotFound);
      return readFrom(path);
    },
    delete: async (key) => {
      const path = pathOf(key);
      await rm(path, { force: true });
      await rm(path + PARTIAL, { force: true });
    },
  };
}

interface Write {
  /** Closed when the write ends, well or badly. */
  file: FileHandle;
  source: AsyncIterable<Uint8Array>;
  signal: AbortSignal | undefined;
}

async function writeAll({ file, source, signal }: Write): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash("sha256");
  let bytes = 0;
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

/** Opens the file when its first bytes are asked for: a reader that never asks leaves nothing open. */
async function* readFrom(path: string): AsyncGenerator<Uint8Array, void> {
  try {
    yield* createReadStream(path);
  } catch (error) {
    asNotFound(error);
  }
}

function asNotFound(error: unknown): never {
  if (error instanceof Error && "code" in error && error.code === "ENOENT")
    throw new AppError("not_found", "The file's content is not there.");
  throw error;
}
