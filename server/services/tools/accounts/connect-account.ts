import { z } from "zod";
import { makeOneTimeToken } from "#server/auth/one-time-token";
import { requirePermission } from "#server/auth/permissions";
import type { UserPrincipal } from "#server/auth/principal";
import { clock } from "#server/clock";
import { config } from "#server/config";
import { inTransaction } from "#server/db/client";
import { findOauthClient, insertOauthAttempt, type OauthClientRow } from "#server/db/mcp-oauth-clients";
import { AppError } from "#server/errors";
import type { ServiceContext } from "#server/services/context";
import { TEAM_ACCOUNT } from "#server/services/tools/accounts/account-owner";
import { seal, unseal } from "#server/services/tools/accounts/account-secrets";
import { callbackUrl, findOauthServer, type OauthServer } from "#server/services/tools/accounts/account-tool";
import { mcpOauth, type OauthClient } from "#server/tools/registry";

export const ConnectAccountInput = z.object({
  id: z.string().max(100),
  /** A client that was registered by hand, where the authorization server registers none by itself. */
  client: z
    .object({ id: z.string().trim().min(1).max(1024), secret: z.string().trim().min(1).max(4096).nullable() })
    .optional(),
});

interface Connecting {
  ctx: ServiceContext & { principal: UserPrincipal; publicOrigin: string };
  input: z.infer<typeof ConnectAccountInput>;
}

/**
 * Begins to connect an account at a saved server: the page that the browser goes to, where somebody consents. What it
 * brings back to {@link callbackUrl} is good once, for this session, team and server, for MCP_OAUTH_STATE_SECONDS.
 * @throws AppError not_found, invalid_value, permission_denied, outbound_not_allowed, tool_server_error
 */
export async function connectAccount({ ctx, input }: Connecting): Promise<{ url: string }> {
  const { teamId, userId, sessionId } = ctx.principal;
  const server = await findOauthServer({ teamId, id: input.id });
  requirePermission(ctx.principal, server.oauth.accounts === "team" ? "tools.manage" : "playground.write");
  if (input.client) requirePermission(ctx.principal, "tools.manage");
  const redirectUrl = callbackUrl(ctx.publicOrigin);
  const state = makeOneTimeToken();
  const { settings, oauth } = server;
  const wish = { serverUrl: settings.url, redirectUrl, state: state.token, scope: oauth.scope };
  const { client, isEntered } = await clientFor(server, { redirectUrl, given: input.client });
  const { authorizeUrl, ...secrets } = await begin({ ...wish, client }, ctx.signal);
  const now = clock().now();
  const row = {
    ...{ stateHash: state.hash, teamId, toolId: server.id, sessionId, serverUrl: settings.url, redirectUrl },
    userId: oauth.accounts === "team" ? TEAM_ACCOUNT : userId,
    isEntered,
    secret: seal("attempt", { teamId, toolId: server.id }, secrets),
    expiresAt: new Date(now + config().MCP_OAUTH_STATE_SECONDS),
  };
  await inTransaction((tx) => insertOauthAttempt(row, new Date(now), tx));
  return { url: authorizeUrl };
}

async function begin(wish: Parameters<typeof mcpOauth.begin>[0], signal: AbortSignal) {
  try {
    return await mcpOauth.begin(wish, signal);
  } catch (error) {
    if (mcpOauth.isRefusal(error)) throw new AppError("tool_server_error", error.message);
    throw error;
  }
}

interface ClientWish {
  redirectUrl: string;
  given: { id: string; secret: string | null } | undefined;
}

interface ChosenClient {
  /** null: one has to be registered. */
  client: OauthClient | null;
  isEntered: boolean;
}

async function clientFor(server: OauthServer, { redirectUrl, given }: ClientWish): Promise<ChosenClient> {
  if (given) {
    const secret = given.secret === null ? {} : { client_secret: given.secret };
    return { client: { client_id: given.id, ...secret }, isEntered: true };
  }
  const known = await findOauthClient({ teamId: server.teamId, toolId: server.id });
  if (!known || !fits(known, { serverUrl: server.settings.url, redirectUrl }))
    return { client: null, isEntered: false };
  return { client: unseal("client", known), isEntered: known.entered };
}

/** A client that was entered is used wherever browsers come back to: whoever registered it says so there. */
function fits(client: OauthClientRow, { serverUrl, redirectUrl }: Pick<OauthClientRow, "serverUrl" | "redirectUrl">) {
  return client.serverUrl === serverUrl && (client.entered || client.redirectUrl === redirectUrl);
}
