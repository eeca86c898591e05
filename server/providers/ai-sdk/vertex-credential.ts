import { createPrivateKey, type KeyObject, sign } from "node:crypto";
import { clock } from "#server/clock";
import { AppError } from "#server/errors";
import { keyOf } from "#server/providers/ai-sdk/connection-key";
import type { Connection } from "#server/providers/provider";
import { parseObject, stringOf } from "#server/providers/shared/json";

/** How a connection shows Vertex AI who asks. */
export type VertexCredential =
  | { type: "api_key"; apiKey: string }
  | {
      type: "service_account";
      clientEmail: string;
      privateKey: KeyObject;
      privateKeyId: string | null;
      projectId: string | null;
    };

const SCOPE = "https://www.googleapis.com/auth/cloud-platform";
const TOKEN_SECONDS = 3_600;

function parsePrivateKey(pem: string): KeyObject | null {
  try {
    return createPrivateKey(pem);
  } catch {
    return null;
  }
}

/**
 * The connection's own credential: never one of the process's environment. Of a service account's JSON only who it is
 * and its key are read; addresses in it, such as `token_uri`, are not.
 * @throws AppError provider_auth_error when the connection has none that can be used
 */
export function vertexCredentialOf(connection: Connection): VertexCredential {
  const { name } = connection;
  const secret = keyOf(connection).trim();
  if (!secret.startsWith("{")) return { type: "api_key", apiKey: secret };
  const account = parseObject(secret);
  const clientEmail = stringOf(account?.client_email);
  const privateKey = parsePrivateKey(stringOf(account?.private_key) ?? "");
  if (clientEmail && privateKey) {
    return {
      ...{ type: "service_account", clientEmail, privateKey },
      privateKeyId: stringOf(account?.private_key_id),
      projectId: stringOf(account?.project_id),
    };
  }
  const message = `The connection "${name}" has no usable credential for Vertex AI: give it an API key, or the JSON key of a service account.`;
  throw new AppError("provider_auth_error", message, { detail: { provider: name } });
}

function encode(part: Record<string, unknown>): string {
  return Buffer.from(JSON.stringify(part)).toString("base64url");
}

/** The headers that show Vertex AI who asks. */
export function authorizationOf(credential: VertexCredential): Record<string, string> {
  return credential.type === "api_key"
    ? { "x-goog-api-key": credential.apiKey }
    : { authorization: `Bearer ${signServiceToken(credential)}` };
}

/**
 * A bearer token that the account signs itself, good for an hour. Google's services take it as it is, so no token is
 * fetched and no address that a credential names is asked. Source: AIP-4111, "Self-signed JWT".
 */
function signServiceToken({
  clientEmail,
  privateKey,
  privateKeyId,
}: Extract<VertexCredential, { type: "service_account" }>): string {
  const issuedAt = Math.floor(clock().now() / 1000);
  const header = { alg: "RS256", typ: "JWT", ...(privateKeyId === null ? {} : { kid: privateKeyId }) };
  const claims = { iss: clientEmail, sub: clientEmail, scope: SCOPE, iat: issuedAt, exp: issuedAt + TOKEN_SECONDS };
  const signed = `${encode(header)}.${encode(claims)}`;
  return `${signed}.${sign("RSA-SHA256", Buffer.from(signed), privateKey).toString("base64url")}`;
}
