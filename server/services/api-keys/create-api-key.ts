import { randomBytes } from "node:crypto";
import type { z } from "zod";
import { recordAudit } from "#server/auth/audit";
import { KEY_PREFIX } from "#server/auth/authenticate-bearer";
import { invalidateKey } from "#server/auth/key-cache";
import { requirePermission } from "#server/auth/permissions";
import { DEFAULT_SCOPES } from "#server/auth/require-scope";
import { hashUnderPepper } from "#server/auth/secrets";
import { clock } from "#server/clock";
import { insertApiKey, type NewApiKey } from "#server/db/api-keys";
import { inTransaction } from "#server/db/client";
import { AppError } from "#server/errors";
import { newId } from "#server/ids";
import {
  ApiKeySettings,
  type ApiKeyView,
  requireGrantable,
  toApiKeyView,
} from "#server/services/api-keys/api-key-view";
import { ANY_TOOL, changeKeyTools } from "#server/services/api-keys/key-tools";
import type { ServiceContext } from "#server/services/context";

export const CreateApiKeyInput = ApiKeySettings.partial().required({ name: true });

/**
 * Makes a key. `key` is shown this once and stored nowhere: the database has its HMAC, its beginning and its end.
 * @throws AppError permission_denied, invalid_value, not_found for a saved tool
 */
export async function createApiKey({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: z.infer<typeof CreateApiKeyInput>;
}): Promise<{ key: string; apiKey: ApiKeyView }> {
  requirePermission(ctx.principal, "apiKeys.write");
  const scopes = [...new Set(input.scopes ?? DEFAULT_SCOPES)];
  requireGrantable(scopes, ctx.principal);
  requireFuture(input.expiresAt ?? null);

  const key = KEY_PREFIX + randomBytes(32).toString("base64url");
  const asked: Omit<NewApiKey, keyof typeof ANY_TOOL> = {
    id: newId("apiKey"),
    teamId: ctx.principal.teamId,
    name: input.name,
    hash: hashUnderPepper(key),
    prefix: key.slice(0, KEY_PREFIX.length + 4),
    lastFour: key.slice(-4),
    scopes,
    logContent: input.logContent ?? true,
    requestsPerMinute: input.requestsPerMinute ?? null,
    tokensPerMinute: input.tokensPerMinute ?? null,
    concurrentRuns: input.concurrentRuns ?? null,
    createdById: ctx.principal.type === "user" ? ctx.principal.userId : null,
    createdAt: new Date(clock().now()),
    expiresAt: input.expiresAt ?? null,
  };
  const row = await inTransaction(async (tx) => {
    const tools = await changeKeyTools(ANY_TOOL, { teamId: asked.teamId, change: input }, tx);
    const made: NewApiKey = { ...asked, ...tools };
    await insertApiKey(made, tx);
    await recordAudit(
      ctx.principal,
      { action: "apiKey.create", resourceId: made.id, detail: { name: made.name, scopes } },
      tx,
    );
    return made;
  });
  invalidateKey(row.hash);
  return { key, apiKey: toApiKeyView({ ...row, lastUsedAt: null, revokedAt: null }, ctx.principal, null) };
}

/** @throws AppError invalid_value when a key would be over before it is made */
export function requireFuture(expiresAt: Date | null): void {
  if (expiresAt === null || expiresAt.getTime() > clock().now()) return;
  throw new AppError("invalid_value", "The expiry lies in the past.", { param: "expiresAt" });
}
