import { z } from "zod";
import { recordAudit } from "#server/auth/audit";
import { requirePermission } from "#server/auth/permissions";
import { inTransaction } from "#server/db/client";
import { deleteConnection, findConnection } from "#server/db/connections";
import type { ServiceContext } from "#server/services/context";
import { forgetTeamModels } from "#server/services/models/team-models";
import { requireConnection } from "#server/services/providers/update-provider";

export const RemoveProviderInput = z.object({ id: z.string().max(100) });

/**
 * Removes a connection and its key.
 * @throws AppError not_found, permission_denied
 */
export async function removeProvider({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: z.infer<typeof RemoveProviderInput>;
}): Promise<{ id: string }> {
  requirePermission(ctx.principal, "providers.manage");
  const { teamId } = ctx.principal;
  await inTransaction(async (tx) => {
    const row = requireConnection(await findConnection({ teamId, id: input.id }, tx));
    await deleteConnection({ teamId, id: input.id }, tx);
    const detail = { name: row.name, kind: row.kind };
    await recordAudit(ctx.principal, { action: "provider.remove", resourceId: input.id, detail }, tx);
  });
  await forgetTeamModels(teamId);
  return { id: input.id };
}
