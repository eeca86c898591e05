import type { z } from "zod";
import { recordAudit } from "#server/auth/audit";
import { requirePermission } from "#server/auth/permissions";
import { clock } from "#server/clock";
import { inTransaction } from "#server/db/client";
import { insertConnection, nextPosition } from "#server/db/connections";
import { newId } from "#server/ids";
import type { ServiceContext } from "#server/services/context";
import { forgetTeamModels } from "#server/services/models/team-models";
import {
  ConnectionKind,
  ConnectionSettings,
  requireBaseUrl,
  requireFreeName,
  requireKey,
  toNameError,
} from "#server/services/providers/connection-rules";
import { type ConnectionView, toConnectionView } from "#server/services/providers/connection-view";
import { secretOf } from "#server/services/providers/update-provider";
import { changeSettings, packSecret } from "#server/services/providers/vendor-credential";

export const CreateProviderInput = ConnectionSettings.partial()
  .required({ name: true })
  .extend({ kind: ConnectionKind });

/**
 * Adds a connection to a provider. Its key is stored encrypted and never shown again.
 * @throws AppError invalid_value, missing_required_parameter, outbound_not_allowed, permission_denied
 */
export async function createProvider({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: z.infer<typeof CreateProviderInput>;
}): Promise<ConnectionView> {
  requirePermission(ctx.principal, "providers.manage");
  const { teamId } = ctx.principal;
  const apiKey = packSecret(input.kind, input) ?? null;
  requireFreeName(input.name);
  requireKey(input.kind, apiKey);
  const settings = changeSettings(input.kind, {}, input);
  const baseUrl = await requireBaseUrl(input.kind, input.baseUrl ?? null, ctx.principal);
  const now = new Date(clock().now());
  try {
    const row = await inTransaction(async (tx) => {
      const made = await insertConnection(
        {
          id: newId("connection"),
          teamId,
          name: input.name,
          kind: input.kind,
          baseUrl,
          ...secretOf(apiKey),
          settings,
          models: input.models ?? [],
          wire: input.wire ?? "auto",
          position: await nextPosition(teamId, tx),
          createdAt: now,
          updatedAt: now,
        },
        tx,
      );
      const detail = { name: made.name, kind: made.kind, baseUrl: made.baseUrl };
      await recordAudit(ctx.principal, { action: "provider.create", resourceId: made.id, detail }, tx);
      return made;
    });
    await forgetTeamModels(teamId);
    return toConnectionView(row);
  } catch (error) {
    throw toNameError(error, input.name);
  }
}
