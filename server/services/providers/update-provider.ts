import { z } from "zod";
import { recordAudit } from "#server/auth/audit";
import { requirePermission } from "#server/auth/permissions";
import { encryptSecret } from "#server/auth/secrets";
import { clock } from "#server/clock";
import { inTransaction } from "#server/db/client";
import { type ConnectionRow, findConnection, updateConnection } from "#server/db/connections";
import { AppError } from "#server/errors";
import type { ServiceContext } from "#server/services/context";
import { forgetTeamModels } from "#server/services/models/team-models";
import {
  ConnectionSettings,
  requireBaseUrl,
  requireFreeName,
  toNameError,
} from "#server/services/providers/connection-rules";
import { type ConnectionView, hintOf, toConnectionView } from "#server/services/providers/connection-view";
import { changeSettings, packSecret } from "#server/services/providers/vendor-credential";

export const UpdateProviderInput = ConnectionSettings.partial().extend({
  id: z.string().max(100),
  /** Where the team asks it for plain model names, from 0. */
  position: z.number().int().min(0).max(10_000).optional(),
});

type Input = z.infer<typeof UpdateProviderInput>;

/** @throws AppError not_found for a connection that is absent or another team's */
export function requireConnection(row: ConnectionRow | null): ConnectionRow {
  if (row) return row;
  throw new AppError("not_found", "No such provider connection.");
}

/** A stored key must not follow a connection to a new server: whoever moves it has to know it. */
function requireKeyForMove(row: ConnectionRow, baseUrl: string | null, secret: string | null | undefined): void {
  const before = URL.parse(row.baseUrl ?? "")?.origin ?? null;
  const after = URL.parse(baseUrl ?? "")?.origin ?? null;
  if (before === after || row.secret === null || secret !== undefined) return;
  throw new AppError("missing_required_parameter", "The key is bound to the address. Enter it again for the new one.", {
    param: "apiKey",
  });
}

/**
 * Changes name, address, key, models or order; what is absent stays.
 * @throws AppError not_found, invalid_value, missing_required_parameter, outbound_not_allowed, permission_denied
 */
export async function updateProvider({ ctx, input }: { ctx: ServiceContext; input: Input }): Promise<ConnectionView> {
  requirePermission(ctx.principal, "providers.manage");
  const { teamId } = ctx.principal;
  const { id, baseUrl, name, models, wire, position } = input;
  const rest = { name, models, wire, position };
  if (rest.name !== undefined) requireFreeName(rest.name);
  const found = requireConnection(await findConnection({ teamId, id }));
  const address = baseUrl === undefined ? found.baseUrl : await requireBaseUrl(found.kind, baseUrl, ctx.principal);
  const secret = packSecret(found.kind, input);
  const settings = changeSettings(found.kind, found.settings, input);
  requireKeyForMove(found, address, secret);
  const sealed = secret === undefined ? {} : secretOf(secret);
  const change = { ...rest, ...sealed, settings, baseUrl: address, updatedAt: new Date(clock().now()) };
  try {
    const row = await inTransaction(async (tx) => {
      const changed = requireConnection(await updateConnection({ teamId, id, change }, tx));
      const detail = {
        name: changed.name,
        baseUrl: changed.baseUrl,
        changed: Object.keys(input).filter((key) => key !== "id"),
      };
      await recordAudit(ctx.principal, { action: "provider.update", resourceId: id, detail }, tx);
      return changed;
    });
    await forgetTeamModels(teamId);
    return toConnectionView(row);
  } catch (error) {
    throw toNameError(error, rest.name ?? found.name);
  }
}

/** The columns of a key, or of none. */
export function secretOf(apiKey: string | null): { secret: string | null; secretHint: string | null } {
  return apiKey === null
    ? { secret: null, secretHint: null }
    : { secret: encryptSecret(apiKey), secretHint: hintOf(apiKey) };
}
