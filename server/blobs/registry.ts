import { join } from "node:path";
import type { BlobStore } from "#server/blobs/blob-store";
import { createLocalBlobs } from "#server/blobs/local-blobs";
import { postgresBlobs } from "#server/blobs/postgres-blobs";
import { createS3Blobs } from "#server/blobs/s3-blobs";
import type { S3Settings } from "#server/blobs/s3-connection";
import { checkS3 } from "#server/blobs/s3-preflight";
import { type Config, config } from "#server/config";

type BlobStoreKind = NonNullable<Config["BLOB_STORE"]>;

/** One client a process: its connections are kept open and used again. */
const holder = globalThis as typeof globalThis & { rejoinderS3?: { settings: Config; store: BlobStore } };

/** Folder inside DATA_DIR that holds local blobs. */
export function blobDirectory(dataDir: string): string {
  return join(dataDir, "blobs");
}

/** BLOB_STORE, else the bucket where one is named, else files in DATA_DIR when the database is embedded, else Postgres. */
export function blobStoreKind(): BlobStoreKind {
  const { BLOB_STORE, S3_BUCKET, embedded } = config();
  if (BLOB_STORE) return BLOB_STORE;
  if (S3_BUCKET) return "s3";
  return embedded ? "local" : "postgres";
}

/** The store in force. */
export function blobStore(): BlobStore {
  const kind = blobStoreKind();
  if (kind === "s3") return s3Blobs(config());
  return kind === "local" ? createLocalBlobs(blobDirectory(config().dataDir)) : postgresBlobs;
}

/** Rejects, in one sentence that names the setting at fault, when the store in force cannot be used. */
export async function checkBlobStore(): Promise<void> {
  if (blobStoreKind() === "s3") await checkS3(s3Settings(config()));
}

function s3Blobs(settings: Config): BlobStore {
  if (holder.rejoinderS3?.settings !== settings) {
    holder.rejoinderS3 = { settings, store: createS3Blobs(s3Settings(settings)) };
  }
  return holder.rejoinderS3.store;
}

function s3Settings(settings: Config): S3Settings {
  const { S3_BUCKET, S3_ENDPOINT, S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY, S3_PATH_STYLE, S3_PREFIX } = settings;
  if (!S3_BUCKET) throw new Error("S3_BUCKET is not set.");
  return {
    bucket: S3_BUCKET,
    region: settings.S3_REGION,
    pathStyle: S3_PATH_STYLE ? S3_PATH_STYLE === "on" : S3_ENDPOINT !== undefined,
    ...(S3_ENDPOINT && { endpoint: S3_ENDPOINT }),
    ...(S3_PREFIX && { prefix: S3_PREFIX }),
    ...(S3_ACCESS_KEY_ID &&
      S3_SECRET_ACCESS_KEY && {
        credentials: { accessKeyId: S3_ACCESS_KEY_ID, secretAccessKey: S3_SECRET_ACCESS_KEY },
      }),
    connectTimeoutMs: settings.S3_CONNECT_TIMEOUT_SECONDS,
    idleTimeoutMs: settings.S3_IDLE_TIMEOUT_SECONDS,
    maxAttempts: settings.S3_MAX_ATTEMPTS,
  };
}
