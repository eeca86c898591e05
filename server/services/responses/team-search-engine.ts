import { isOfTeam } from "#server/auth/require-scope";
import { listSavedTools, type SavedToolRow } from "#server/db/saved-tools";
import type { ServiceContext } from "#server/services/context";
import { mayUse } from "#server/services/responses/saved-tools";
import { reachServer } from "#server/services/tools/accounts/reach-server";
import { openSecrets } from "#server/services/tools/tool-secrets";
import type { SearchEngine } from "#server/tools/registry";

type Searching = Extract<SavedToolRow, { kind: "mcp" }>;

/**
 * The saved server by which the caller's team searches the web: one that is switched on, that the caller may use, and of
 * which a tool is named for it. Of several the first by name. null: none.
 * @throws AppError database_unavailable
 */
export async function findSearchServer(ctx: ServiceContext): Promise<Searching | null> {
  if (!isOfTeam(ctx.principal)) return null;
  const rows = await listSavedTools(ctx.principal.teamId);
  const isOne = (row: SavedToolRow): row is Searching => row.kind === "mcp" && row.settings.webSearch != null;
  return rows.filter(isOne).find((row) => row.enabled && mayUse(ctx, row)) ?? null;
}

/**
 * The team's search engine as its requests reach it, with the server's credentials; null: the operator's holds.
 * @throws AppError tool_server_error for one whose account is not connected; database_unavailable
 */
export async function openSearchEngine(ctx: ServiceContext): Promise<SearchEngine | null> {
  const row = await findSearchServer(ctx);
  if (!row?.settings.webSearch) return null;
  const server = await reachServer(ctx, { ...row, secrets: openSecrets(row) });
  return { name: row.name, savedToolId: row.id, server, ...row.settings.webSearch };
}
