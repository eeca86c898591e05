import { isOfTeam } from "#server/auth/require-scope";
import { findSavedTools, listSavedTools, type SavedToolRow } from "#server/db/saved-tools";
import { AppError } from "#server/errors";
import type { ServiceContext } from "#server/services/context";

/** Ids of the saved tools of requests that name none. */
export function defaultToolIds({ principal }: ServiceContext): readonly string[] {
  return principal.type === "apiKey" ? principal.tools.defaultIds : [];
}

/** True for a saved tool that the caller's key may use. */
export function mayUse({ principal }: ServiceContext, { id }: SavedToolRow): boolean {
  return principal.type !== "apiKey" || (principal.tools.allowedIds?.includes(id) ?? true);
}

/**
 * The saved tools that a request names; those of the caller's key by default are passed over where they do not work.
 * @throws AppError database_unavailable
 */
export async function findDefaultTools(ctx: ServiceContext): Promise<SavedToolRow[]> {
  const ids = defaultToolIds(ctx);
  if (ids.length === 0) return [];
  const rows = await findSavedTools({ teamId: ctx.principal.teamId, ids });
  return rows.filter((row) => row.enabled && mayUse(ctx, row));
}

/** The caller's team's saved tools of these names; for callers that are not of the team there are none. */
export async function findNamedTools(
  ctx: ServiceContext,
  names: readonly string[],
): Promise<Map<string, SavedToolRow>> {
  if (names.length === 0 || !isOfTeam(ctx.principal)) return new Map();
  const rows = await listSavedTools(ctx.principal.teamId, [...new Set(names)]);
  return new Map(rows.map((row) => [row.name, row]));
}

/**
 * Lets pass a saved tool that the caller may use now.
 * @throws AppError invalid_value for one that is switched off, permission_denied for one that the key may not use
 */
export function requireUsable(ctx: ServiceContext, row: SavedToolRow, param: string): void {
  if (!mayUse(ctx, row)) {
    throw new AppError("permission_denied", `This API key may not use the saved tool '${row.name}'.`, { param });
  }
  if (row.enabled) return;
  throw new AppError("invalid_value", `The saved tool '${row.name}' is switched off.`, { param });
}
