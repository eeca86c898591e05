import { z } from "zod";
import { recordAudit } from "#server/auth/audit";
import { requirePermission } from "#server/auth/permissions";
import { clock } from "#server/clock";
import { inTransaction } from "#server/db/client";
import { findConnection, updateConnection } from "#server/db/connections";
import { AppError } from "#server/errors";
import type { ServiceContext } from "#server/services/context";
import { forgetTeamModels } from "#server/services/models/team-models";
import { type ConnectionView, toConnectionView } from "#server/services/providers/connection-view";
import { requireConnection, secretOf } from "#server/services/providers/update-provider";
import { packSecret, VendorFields } from "#server/services/providers/vendor-credential";

/** A key, or the longer credential that some kinds have in its place. */
export const RotateProviderKeyInput = z.object({
  id: z.string().max(100),
  apiKey: z.string().trim().min(1, "Enter the new key.").max(2_000).nullable().optional(),
  ...VendorFields.pick({ accessKeyId: true, secretAccessKey: true, sessionToken: true, serviceAccount: true }).partial()
    .shape,
});

function requireSecret(kind: string, input: z.infer<typeof RotateProviderKeyInput>): string {
  const secret = packSecret(kind, input);
  if (secret) return secret;
  throw new AppError("missing_required_parameter", "Enter the new key.", { param: "apiKey" });
}

/**
 * Replaces a connection's key; every node uses the new one from the next request on.
 * @throws AppError not_found, invalid_value, missing_required_parameter, permission_denied
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
  const row = await inTransaction(async (tx) => {
    const { kind } = requireConnection(await findConnection({ teamId, id: input.id }, tx));
    const change = { ...secretOf(requireSecret(kind, input)), ...cleared, updatedAt: new Date(clock().now()) };
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
