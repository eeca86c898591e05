import { findSavedTool, type SavedToolRow } from "#server/db/saved-tools";
import { AppError } from "#server/errors";
import type { ToolOauth } from "#server/protocol/saved-tools";
import { requireTool } from "#server/services/tools/tool-rules";

/** A saved server with accounts. */
export type OauthServer = Extract<SavedToolRow, { kind: "mcp" }> & { oauth: ToolOauth };

/** @throws AppError not_found, invalid_value for a tool without accounts */
export async function findOauthServer(key: { teamId: string; id: string }): Promise<OauthServer> {
  const row = requireTool(await findSavedTool(key));
  if (row.kind === "mcp" && row.settings.oauth) return { ...row, oauth: row.settings.oauth };
  throw new AppError("invalid_value", `"${row.name}" is not set to be used with an account.`, { param: "id" });
}

/** Where authorization servers send browsers back to. `origin`: how browsers reach this server. */
export function callbackUrl(origin: string): string {
  return `${origin}/api/mcp/callback`;
}
