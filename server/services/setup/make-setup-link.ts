import { makeOneTimeToken } from "#server/auth/one-time-token";
import { clock } from "#server/clock";
import { config } from "#server/config";
import { insertSetupToken } from "#server/db/setup-tokens";

/**
 * A fresh one-time link, as path and query (`/setup?token=…`): makes the first owner, or, when there is one, sets an
 * owner's password anew. Valid for SETUP_LINK_TTL_SECONDS. Only for whoever operates the server: print it, log it never.
 */
export async function makeSetupLink(): Promise<string> {
  const { token, hash } = makeOneTimeToken();
  const now = clock().now();
  await insertSetupToken({
    tokenHash: hash,
    createdAt: new Date(now),
    expiresAt: new Date(now + config().SETUP_LINK_TTL_SECONDS),
  });
  return `/setup?token=${token}`;
}
