import type { SavedToolSettings } from "#server/db/saved-tools";
import { AppError } from "#server/errors";
import type { ServiceContext } from "#server/services/context";
import { openAccount } from "#server/services/tools/accounts/account-credential";
import { accountOwner } from "#server/services/tools/accounts/account-owner";
import type { ToolSecrets } from "#server/services/tools/tool-secrets";
import { toMcpServer } from "#server/services/tools/tool-target";
import type { McpServer } from "#server/tools/registry";

type SavedServer = Extract<SavedToolSettings, { kind: "mcp" }> & {
  /** null: it is not saved yet, so that nobody can have connected an account. */
  id: string | null;
  name: string;
  description: string | null;
  secrets: ToolSecrets;
};

/**
 * A saved server as the caller's requests reach it: with its secrets, and the account that is the caller's to use.
 * @throws AppError tool_server_error when that is not connected
 */
export async function reachServer(ctx: ServiceContext, saved: SavedServer): Promise<McpServer> {
  const { teamId } = ctx.principal;
  const server = toMcpServer(teamId, saved);
  const { id, name, settings } = saved;
  if (!settings.oauth) return server;
  if (id === null) {
    throw new AppError("tool_server_error", "Save the server first, and connect an account: then it can be tried.");
  }
  const owner = await accountOwner(ctx.principal, settings.oauth.accounts, name);
  const tool = { teamId, toolId: id, name, url: settings.url };
  return { ...server, credential: await openAccount(tool, owner, ctx.signal) };
}
