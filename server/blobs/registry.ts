import { join } from "node:path";
import type { BlobStore } from "#server/blobs/blob-store";
import { createLocalBlobs } from "#server/blobs/local-blobs";
import { postgresBlobs } from "#server/blobs/postgres-blobs";
import { config } from "#server/config";

/** Folder inside DATA_DIR that holds local blobs. */
export function blobDirectory(dataDir: string): string {
  return join(dataDir, "blobs");
}

/** The store in force: BLOB_STORE, else files in DATA_DIR when the database is embedded and Postgres when it is not. */
export function blobStore(): BlobStore {
  const { BLOB_STORE, embedded, dataDir } = config();
  const kind = BLOB_STORE ?? (embedded ? "local" : "postgres");
  return kind === "local" ? createLocalBlobs(blobDirectory(dataDir)) : postgresBlobs;
}
