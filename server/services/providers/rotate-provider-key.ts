import { z } from "zod";
import { recordAudit } from "#server/auth/audit";
import { requirePermission } from "#server/auth/permissions";
import { clock } from "#server/clock";
import { inTransaction } from "#server/db/client";
import { updateConnection } from "#server/db/connections";
import type { ServiceContext } from "#server/services/context";
import { forgetTeamModels } from "#server/services/models/team-models";
import { type ConnectionView, toConnectionView } from "#server/services/providers/connection-view";
import { requireConnection, secretOf } from "#server/services/providers/update-provider";

export const RotateProviderKeyInput = z.object({
  id: z.string().max(100),
  apiKey: z.string().trim().min(1, "Enter the new key.").max(2_000),
});

/**
 * Replaces a connection's key; every node uses the new one from the next request on.
 * @throws AppError not_found, permission_denied
 */
export async function rotateProviderKey({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: z.infer<typeof RotateProviderKeyInput>;
}): Promise<ConnectionView> {
  requirePermission(ctx.principal, "providers.manage");
  const { teamId } = ctx.principal;
  const cleared = { lastTestAt: null, lastTestOk: null, lastTestNote: null };
  const change = { ...secretOf(input.apiKey), ...cleared, updatedAt: new Date(clock().now()) };
  const row = await inTransaction(async (tx) => {
    const changed = requireConnection(await updateConnection({ teamId, id: input.id, change }, tx));
    await recordAudit(
      ctx.principal,
      { action: "provider.rotate", resourceId: input.id, detail: { name: changed.name } },
      tx,
    );
    return changed;
  });
  await forgetTeamModels(teamId);
  return toConnectionView(row);
}
