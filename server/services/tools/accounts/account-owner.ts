import type { Principal } from "#server/auth/principal";
import { findApiKey } from "#server/db/api-keys";
import { findMembership } from "#server/db/memberships";
import { AppError } from "#server/errors";
import type { ToolAccounts } from "#server/protocol/saved-tools";

/** As user id of the account that a whole team shares. */
export const TEAM_ACCOUNT = "";

/**
 * Whose account a caller uses: the team's, or where each member has their own, theirs; behind an API key, that of who
 * made the key, as long as they are a member.
 * @throws AppError tool_server_error when there is no such member
 */
export async function accountOwner(principal: Principal, accounts: ToolAccounts, name: string): Promise<string> {
  if (accounts === "team") return TEAM_ACCOUNT;
  const { teamId } = principal;
  const userId = await personBehind(principal);
  if (userId !== null && (await findMembership({ teamId, userId }))) return userId;
  throw new AppError(
    "tool_server_error",
    `The MCP server '${name}' is used with each member's own account, and no member of the team is behind this key.`,
    { param: "tools", wireCode: "http_error", wireType: "external_connector_error" },
  );
}

async function personBehind(principal: Principal): Promise<string | null> {
  if (principal.type === "user") return principal.userId;
  if (principal.type !== "apiKey") return null;
  return (await findApiKey({ teamId: principal.teamId, id: principal.keyId }))?.createdById ?? null;
}
