import { z } from "zod";
import { recordAudit } from "#server/auth/audit";
import { invalidateKey } from "#server/auth/key-cache";
import { requirePermission } from "#server/auth/permissions";
import { clock } from "#server/clock";
import { findApiKey, updateApiKey } from "#server/db/api-keys";
import { inTransaction } from "#server/db/client";
import { requireEditable } from "#server/services/api-keys/api-key-view";
import { requireLiveKey } from "#server/services/api-keys/update-api-key";
import type { ServiceContext } from "#server/services/context";

export const RevokeApiKeyInput = z.object({ id: z.string().max(100) });

/**
 * Ends a key for good: refused here at once, on every node within two seconds.
 * @throws AppError not_found, permission_denied
 */
export async function revokeApiKey({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: z.infer<typeof RevokeApiKeyInput>;
}): Promise<{ id: string }> {
  requirePermission(ctx.principal, "apiKeys.write");
  const hash = await inTransaction(async (tx) => {
    const found = requireLiveKey(await findApiKey({ teamId: ctx.principal.teamId, id: input.id }, tx));
    requireEditable(found, ctx.principal);
    const change = { revokedAt: new Date(clock().now()) };
    await updateApiKey({ teamId: found.teamId, id: found.id, change }, tx);
    await recordAudit(
      ctx.principal,
      { action: "apiKey.revoke", resourceId: found.id, detail: { name: found.name } },
      tx,
    );
    return found.hash;
  });
  invalidateKey(hash);
  return { id: input.id };
}
