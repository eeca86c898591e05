import { z } from "zod";
import { requirePermission } from "#server/auth/permissions";
import type { UserPrincipal } from "#server/auth/principal";
import { findOauthAccount, type OauthAccountRow } from "#server/db/mcp-oauth-accounts";
import { findOauthClient } from "#server/db/mcp-oauth-clients";
import type { ToolAccounts } from "#server/protocol/saved-tools";
import type { ServiceContext } from "#server/services/context";
import { TEAM_ACCOUNT } from "#server/services/tools/accounts/account-owner";
import { callbackUrl, findOauthServer } from "#server/services/tools/accounts/account-tool";

export const GetAccountInput = z.object({ id: z.string().max(100) });

/** How a saved server is connected, as far as that is to be seen: no token is. */
export interface AccountView {
  accounts: ToolAccounts;
  /** What to enter where a client is registered by hand. */
  redirectUrl: string;
  /** The client in use; `entered`: it was registered by hand. */
  client: { id: string; entered: boolean } | null;
  /** The team's account, or the caller's own; null: none is connected. */
  account: Pick<OauthAccountRow, "status" | "note" | "scope" | "connectedAt" | "expiresAt"> | null;
}

/**
 * The account at a saved server: the team's, or where each member has their own, the caller's.
 * @throws AppError not_found, invalid_value for a tool without accounts, permission_denied
 */
export async function getAccount({
  ctx,
  input,
}: {
  ctx: ServiceContext & { principal: UserPrincipal; publicOrigin: string };
  input: z.infer<typeof GetAccountInput>;
}): Promise<AccountView> {
  requirePermission(ctx.principal, "playground.read");
  const { teamId, userId } = ctx.principal;
  const server = await findOauthServer({ teamId, id: input.id });
  const { accounts } = server.oauth;
  const key = { teamId, toolId: server.id, userId: accounts === "team" ? TEAM_ACCOUNT : userId };
  const [row, client] = await Promise.all([findOauthAccount(key), findOauthClient(key)]);
  const { url } = server.settings;
  return {
    accounts,
    redirectUrl: callbackUrl(ctx.publicOrigin),
    client: client?.serverUrl === url ? { id: client.clientId, entered: client.entered } : null,
    account: row?.serverUrl === url ? shown(row) : null,
  };
}

function shown({ status, note, scope, connectedAt, expiresAt }: OauthAccountRow): AccountView["account"] {
  return { status, note, scope, connectedAt, expiresAt };
}
