import { randomUUID } from "node:crypto";
import {
  connectorTo,
  isMissing,
  objectAt,
  type S3Connection,
  type S3Settings,
  statusOfS3,
} from "#server/blobs/s3-connection";

/**
 * Writes, reads and removes a small object, as the store of blobs will. Rejects with an Error of one sentence that names
 * the setting at fault.
 */
export async function checkS3(settings: S3Settings): Promise<void> {
  const { s3, client }: S3Connection = await connectorTo(settings)();
  const object = objectAt(settings, `rejoinder-check-${randomUUID()}`);
  let doing = "write to";
  try {
    await client.send(new s3.PutObjectCommand({ ...object, Body: "Rejoinder may write here." }));
    doing = "read from";
    const { Body } = await client.send(new s3.GetObjectCommand(object));
    await Body?.transformToByteArray();
    doing = "delete from";
    await client.send(new s3.DeleteObjectCommand(object));
    doing = "list";
    await client.send(new s3.HeadObjectCommand(object)).catch((error: unknown) => {
      // Without the right to list, AWS answers 403 for what is not there, and a missing file looks like a forbidden one.
      if (!isMissing(error)) throw error;
    });
  } catch (error) {
    throw new Error(explain(error, { settings, doing }), { cause: error });
  } finally {
    client.destroy();
  }
}

/** Codes of S3 and of the SDK that tell which setting is wrong. */
const AT_FAULT: Record<string, (settings: S3Settings) => string> = {
  NoSuchBucket: ({ bucket }) => `S3_BUCKET names a bucket that does not exist: ${bucket}.`,
  InvalidBucketName: ({ bucket }) => `S3_BUCKET is not the name of a bucket: ${bucket}.`,
  InvalidAccessKeyId: () => "S3_ACCESS_KEY_ID is not known to the store.",
  SignatureDoesNotMatch: () => "S3_SECRET_ACCESS_KEY is not the secret of S3_ACCESS_KEY_ID.",
  CredentialsProviderError: () =>
    "S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY are not set, and this machine has no AWS credentials of its own.",
  PermanentRedirect: ({ bucket, region }) => `S3_REGION is ${region}, but the bucket ${bucket} is in another region.`,
  AuthorizationHeaderMalformed: ({ region }) => `S3_REGION is ${region}, but the store expects another.`,
  RequestTimeTooSkewed: () => "This machine's clock differs too much from the store's (S3_ENDPOINT).",
};

function explain(error: unknown, { settings, doing }: { settings: S3Settings; doing: string }): string {
  const { bucket, endpoint, region } = settings;
  const name = error instanceof Error ? error.name : "";
  const known = AT_FAULT[name];
  if (known) return known(settings);
  const status = statusOfS3(error);
  if (status === 403)
    return `S3_BUCKET: the credentials do not allow to ${doing} the bucket ${bucket} (needed: s3:PutObject, s3:GetObject, s3:DeleteObject, s3:ListBucket).`;
  const code = error instanceof Error && "code" in error ? String(error.code) : name || "unknown error";
  const where = endpoint ?? `AWS in ${region}`;
  if (status === undefined || status === null) return `S3_ENDPOINT cannot be reached: ${where} (${code}).`;
  return `S3_ENDPOINT does not ${doing === "list" ? "answer" : "serve"} as S3 does: ${where} answered ${status} (${code}) to an attempt to ${doing} the bucket ${bucket}.`;
}
