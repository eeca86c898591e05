import { lookUpKey, noteKeyUse } from "#server/auth/key-cache";
import { passthroughMode } from "#server/auth/passthrough";
import type { ApiKeyPrincipal, PassthroughPrincipal } from "#server/auth/principal";
import { DEFAULT_SCOPES, isScope, PASSTHROUGH_SCOPES } from "#server/auth/require-scope";
import { hashUnderPepper } from "#server/auth/secrets";
import { clock } from "#server/clock";
import type { ApiKeyRow } from "#server/db/api-keys";
import { AppError } from "#server/errors";

/** What every key of ours begins with. */
export const KEY_PREFIX = "rj_";

// rj_ and 32 bytes in base64url. Anything longer is not looked up.
const MAX_BEARER_LENGTH = 4096;

/**
 * Who a bearer stands for: one of our keys, or, where passthrough is on, a vendor's key that is used once and kept
 * nowhere.
 * @param authorization the Authorization header as received, or null
 * @throws AppError invalid_api_key (missing, malformed, unknown, revoked or expired), or database_unavailable when the
 *   database is down and the key is not among those known from the last minutes
 */
export async function authenticateBearer(
  authorization: string | null,
): Promise<ApiKeyPrincipal | PassthroughPrincipal> {
  const bearer = bearerOf(authorization);
  if (!bearer.startsWith(KEY_PREFIX)) return passthroughPrincipal(bearer);

  const key = await lookUpKey(hashUnderPepper(bearer));
  if (!key) throw new AppError("invalid_api_key", "Incorrect API key provided. Make one on the API keys page.");
  if (key.revokedAt) throw new AppError("invalid_api_key", `The API key ${displayKey(key)} has been revoked.`);
  if (key.expiresAt && key.expiresAt.getTime() <= clock().now()) {
    throw new AppError("invalid_api_key", `The API key ${displayKey(key)} has expired.`);
  }
  noteKeyUse(key);
  return toPrincipal(key);
}

/** A key as it may be shown: its beginning and its last four characters. */
export function displayKey(key: Pick<ApiKeyRow, "prefix" | "lastFour">): string {
  return `${key.prefix}…${key.lastFour}`;
}

function bearerOf(authorization: string | null): string {
  if (authorization === null || authorization.trim() === "") {
    throw new AppError(
      "invalid_api_key",
      "You didn't provide an API key. Send it in the Authorization header: `Authorization: Bearer YOUR_KEY`.",
    );
  }
  const [scheme = "", bearer = "", ...rest] = authorization.trim().split(/\s+/);
  if (scheme.toLowerCase() !== "bearer" || bearer === "" || rest.length > 0 || bearer.length > MAX_BEARER_LENGTH) {
    throw new AppError("invalid_api_key", "The Authorization header must have the form `Bearer YOUR_KEY`.");
  }
  return bearer;
}

async function passthroughPrincipal(providerKey: string): Promise<PassthroughPrincipal> {
  const mode = await passthroughMode();
  if (!mode.on) {
    throw new AppError(
      "invalid_api_key",
      `Incorrect API key provided: this server's keys begin with ${KEY_PREFIX}. ` +
        "To send a model provider's own key, set PROVIDER_KEY_PASSTHROUGH=on or use the header x-provider-api-key.",
    );
  }
  return {
    type: "passthrough",
    teamId: mode.teamId,
    providerKey,
    scopes: mode.fresh ? DEFAULT_SCOPES : PASSTHROUGH_SCOPES,
  };
}

function toPrincipal(key: ApiKeyRow): ApiKeyPrincipal {
  return {
    type: "apiKey",
    teamId: key.teamId,
    keyId: key.id,
    scopes: key.scopes.filter(isScope),
    logContent: key.logContent,
    tools: { allowedIds: key.anyTool ? null : key.allowedToolIds, defaultIds: key.defaultToolIds },
    limits: {
      requestsPerMinute: key.requestsPerMinute,
      tokensPerMinute: key.tokensPerMinute,
      concurrentRuns: key.concurrentRuns,
    },
  };
}
