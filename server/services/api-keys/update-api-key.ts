import { z } from "zod";
import { recordAudit } from "#server/auth/audit";
import { invalidateKey } from "#server/auth/key-cache";
import { requirePermission } from "#server/auth/permissions";
import { type ApiKeyRow, findApiKey, updateApiKey as storeChange } from "#server/db/api-keys";
import { inTransaction } from "#server/db/client";
import { AppError } from "#server/errors";
import {
  ApiKeySettings,
  type ApiKeyView,
  requireEditable,
  requireGrantable,
  toApiKeyView,
} from "#server/services/api-keys/api-key-view";
import { requireFuture } from "#server/services/api-keys/create-api-key";
import { changeKeyTools } from "#server/services/api-keys/key-tools";
import type { ServiceContext } from "#server/services/context";

export const UpdateApiKeyInput = ApiKeySettings.partial().extend({ id: z.string().max(100) });

/**
 * Changes name, scopes, limits, expiry, tools or content logging; what is absent stays. Takes effect at once on this node.
 * @throws AppError not_found, also for a saved tool, invalid_value, permission_denied
 */
export async function updateApiKey({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: z.infer<typeof UpdateApiKeyInput>;
}): Promise<ApiKeyView> {
  requirePermission(ctx.principal, "apiKeys.write");
  const { id, allowedToolIds, defaultToolIds, ...change } = input;
  if (change.expiresAt !== undefined) requireFuture(change.expiresAt);

  const row = await inTransaction(async (tx) => {
    const found = requireLiveKey(await findApiKey({ teamId: ctx.principal.teamId, id }, tx));
    requireEditable(found, ctx.principal);
    const added = change.scopes?.filter((scope) => !found.scopes.includes(scope)) ?? [];
    requireGrantable(added, ctx.principal);
    const { teamId } = found;
    const tools = await changeKeyTools(found, { teamId, change: { allowedToolIds, defaultToolIds } }, tx);
    const changed = await storeChange({ teamId, id, change: { ...change, ...tools } }, tx);
    const detail = { name: changed.name, changed: Object.keys(input).filter((field) => field !== "id") };
    await recordAudit(ctx.principal, { action: "apiKey.update", resourceId: id, detail }, tx);
    return changed;
  });
  invalidateKey(row.hash);
  return toApiKeyView(row, ctx.principal, null);
}

/** @throws AppError not_found for a key that is absent, another team's, or revoked already */
export function requireLiveKey(row: ApiKeyRow | null): ApiKeyRow {
  if (row && row.revokedAt === null) return row;
  throw new AppError("not_found", "No such API key.");
}
