import type * as S3 from "@aws-sdk/client-s3";
import type { Upload } from "@aws-sdk/lib-storage";
import { AppError, isAppError } from "#server/errors";

/** Where and how a bucket is reached. The operator names it, so nothing of it goes through the outbound guard. */
export interface S3Settings {
  bucket: string;
  region: string;
  /** URL; AWS's own in `region` when absent. */
  endpoint?: string;
  /** The bucket in the URL's path instead of its host name. */
  pathStyle: boolean;
  /** The SDK's chain (environment, profiles, roles of the machine) when absent. */
  credentials?: { accessKeyId: string; secretAccessKey: string };
  /** Before every key, without a slash at its end. */
  prefix?: string;
  connectTimeoutMs: number;
  /** A connection on which nothing moves for so long has failed. */
  idleTimeoutMs: number;
  /** Of one request, the first included. */
  maxAttempts: number;
}

/** The SDK and a client of it, loaded together. */
export interface S3Connection {
  s3: typeof S3;
  Upload: typeof Upload;
  client: S3.S3Client;
}

/** An object's name, as every request takes it. */
export interface S3Object {
  Bucket: string;
  Key: string;
}

/** The object under `path`, `<team id>/<blob id>`. */
export function objectAt({ bucket, prefix }: S3Settings, path: string): S3Object {
  return { Bucket: bucket, Key: prefix ? `${prefix}/${path}` : path };
}

/** A function that loads the SDK and makes the client when first called: a server without a bucket never pays for them. */
export function connectorTo(settings: S3Settings): () => Promise<S3Connection> {
  let connection: Promise<S3Connection> | undefined;
  return () => {
    connection ??= connect(settings);
    return connection;
  };
}

async function connect(settings: S3Settings): Promise<S3Connection> {
  const [s3, { Upload }] = await Promise.all([import("@aws-sdk/client-s3"), import("@aws-sdk/lib-storage")]);
  // Requests to us are bounded already; a bound here would let slow readers of files keep uploads waiting.
  const agent = { keepAlive: true, maxSockets: Number.POSITIVE_INFINITY };
  const client = new s3.S3Client({
    region: settings.region,
    forcePathStyle: settings.pathStyle,
    maxAttempts: settings.maxAttempts,
    ...(settings.endpoint && { endpoint: settings.endpoint }),
    ...(settings.credentials && { credentials: settings.credentials }),
    // Parts are signed with their hash. AWS's newer checksums are refused by many other stores.
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
    requestHandler: {
      connectionTimeout: settings.connectTimeoutMs,
      socketTimeout: settings.idleTimeoutMs,
      httpAgent: agent,
      httpsAgent: agent,
    },
  });
  return { s3, Upload, client };
}

/** The HTTP status that the store answered with; null when it did not answer, undefined for an error that is not the SDK's. */
export function statusOfS3(error: unknown): number | null | undefined {
  if (!(error instanceof Error && "$metadata" in error)) return undefined;
  const metadata: unknown = error.$metadata;
  if (typeof metadata !== "object" || metadata === null) return undefined;
  return "httpStatusCode" in metadata && typeof metadata.httpStatusCode === "number" ? metadata.httpStatusCode : null;
}

/** True when the store says that there is no such object or upload. */
export function isMissing(error: unknown): boolean {
  return statusOfS3(error) === 404 && !(error instanceof Error && error.name === "NoSuchBucket");
}

/** True when the store will answer the same again: the request is not allowed, or not known to it. */
export function isRefused(error: unknown): boolean {
  const status = statusOfS3(error) ?? 0;
  return status === 501 || (status >= 400 && status < 500 && status !== 429);
}

/**
 * The AppError for what the store failed with, when that may be over in a moment (no answer, a failure of its own, too
 * many requests); else the error itself.
 */
export function mapS3Error(error: unknown): unknown {
  if (isAppError(error) || statusOfS3(error) === undefined || isRefused(error)) return error;
  return new AppError("storage_unavailable", "The file store cannot be reached right now. Try again in a moment.", {
    retryAfterMs: 1000,
    cause: error,
  });
}
