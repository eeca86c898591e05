import { AppError } from "#server/errors";
import { keyOf } from "#server/providers/ai-sdk/connection-key";
import { type Connection, PLACE_FORMS } from "#server/providers/provider";
import { parseObject, stringOf } from "#server/providers/shared/json";

/** How a connection signs its requests to AWS. */
export type AwsCredential =
  /** A Bedrock API key, sent as it is. */
  | { type: "api_key"; apiKey: string }
  /** Signs by Signature Version 4. `sessionToken` of temporary keys. */
  | { type: "access_key"; accessKeyId: string; secretAccessKey: string; sessionToken: string | undefined };

/**
 * The connection's own credential: never one of the process's environment.
 * @throws AppError provider_auth_error when the connection has none that can be used
 */
export function awsCredentialOf(connection: Connection): AwsCredential {
  const { name } = connection;
  const secret = keyOf(connection).trim();
  if (!secret.startsWith("{")) return { type: "api_key", apiKey: secret };
  const keys = parseObject(secret);
  const accessKeyId = stringOf(keys?.accessKeyId);
  const secretAccessKey = stringOf(keys?.secretAccessKey);
  if (accessKeyId && secretAccessKey) {
    return {
      type: "access_key",
      accessKeyId,
      secretAccessKey,
      sessionToken: stringOf(keys?.sessionToken) ?? undefined,
    };
  }
  const message = `The connection "${name}" has no usable credential for Amazon Bedrock: give it an API key, or an access key with its secret.`;
  throw new AppError("provider_auth_error", message, { detail: { provider: name } });
}

/**
 * The connection's AWS region.
 * @throws AppError provider_error when it names none, or something else
 */
export function awsRegionOf({ settings, name }: Connection): string {
  const region = settings?.region ?? "";
  if (PLACE_FORMS.region.test(region)) return region;
  const message = `The connection "${name}" has no usable AWS region: give it one such as us-east-1.`;
  throw new AppError("provider_error", message, { detail: { provider: name } });
}

/** The address of one of AWS's services in a region. Source: AWS's "Amazon Bedrock endpoints and quotas". */
export function awsEndpoint(service: "bedrock" | "bedrock-runtime", region: string): string {
  return `https://${service}.${region}.amazonaws.com${region.startsWith("cn-") ? ".cn" : ""}`;
}
