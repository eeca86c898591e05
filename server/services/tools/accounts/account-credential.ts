import { LRUCache } from "lru-cache";
import { clock, sleep } from "#server/clock";
import { config } from "#server/config";
import {
  type AccountKey,
  findOauthAccount,
  leaseOauthAccount,
  type OauthAccountRow,
  settleOauthAccount,
} from "#server/db/mcp-oauth-accounts";
import { noteSavedToolFault } from "#server/db/saved-tools";
import { AppError, isAppError } from "#server/errors";
import { seal, unseal } from "#server/services/tools/accounts/account-secrets";
import { type McpCredential, mcpOauth, type OauthTokens } from "#server/tools/registry";

/** A saved server whose requests carry an account's token. */
export interface AccountTool {
  teamId: string;
  toolId: string;
  name: string;
  url: string;
}

interface Held {
  token: string;
  /** Milliseconds since the epoch. */
  expiresAt: number | null;
  /** The one before is still in requests under way. */
  before: string | null;
}

const MAX_HELD = 2_000;
const NEVER = new AbortController().signal;

const holder = globalThis as typeof globalThis & { rejoinderOauthTokens?: LRUCache<string, Held> };

/** Tokens by grant, so that not every request of a session reads them. */
function heldTokens(): LRUCache<string, Held> {
  holder.rejoinderOauthTokens ??= new LRUCache({ max: MAX_HELD });
  return holder.rejoinderOauthTokens;
}

function hold({ grantId, expiresAt }: OauthAccountRow, { access_token: token }: OauthTokens): string {
  const known = heldTokens().get(grantId);
  const before = known && known.token !== token ? known.token : (known?.before ?? null);
  heldTokens().set(grantId, { token, expiresAt: expiresAt?.getTime() ?? null, before });
  return token;
}

/**
 * The account of a team, or of a member, at a saved server, as its requests use it. Its token is good now.
 * @throws AppError tool_server_error when it is not connected, or must be connected again; database_unavailable
 */
export async function openAccount(tool: AccountTool, userId: string, signal: AbortSignal): Promise<McpCredential> {
  const account = { tool, key: { teamId: tool.teamId, toolId: tool.toolId, userId } };
  const { grantId } = await readAccount(account);
  await currentToken({ ...account, grantId }, signal);
  return {
    key: grantId,
    async token(limit, refused) {
      const held = heldTokens().get(grantId);
      if (held && held.token !== refused && !endsWithin(held.expiresAt, renewalTime())) return held.token;
      return await currentToken({ ...account, grantId }, limit, refused);
    },
    secrets() {
      const held = heldTokens().get(grantId);
      return held ? [held.token, ...(held.before === null ? [] : [held.before])] : [];
    },
  };
}

interface Account {
  tool: AccountTool;
  key: AccountKey;
  /** The consent that is meant; without it any. */
  grantId?: string;
}

function renewalTime(): number {
  return config().MCP_OAUTH_REFRESH_SECONDS;
}

function endsWithin(expiresAt: number | null, ms: number): boolean {
  return expiresAt !== null && expiresAt <= clock().now() + ms;
}

/** What an account is not: told in the words of a server that gives no list, since no list can be asked for. */
function notUsable({ tool }: Account, why: string): AppError {
  return new AppError("tool_server_error", `The MCP server '${tool.name}' ${why} in the dashboard, under Tools.`, {
    ...{ param: "tools", wireCode: "http_error", wireType: "external_connector_error" },
  });
}

async function readAccount(account: Account): Promise<OauthAccountRow> {
  const row = await findOauthAccount(account.key);
  const isMeant = row?.serverUrl === account.tool.url && (account.grantId ?? row.grantId) === row.grantId;
  if (!row || !isMeant) throw notUsable(account, "has to be connected first");
  if (row.status !== "connected") throw notUsable(account, "has to be connected again");
  return row;
}

/** The stored token, or a new one when it ends soon or was refused: one request of all nodes' gets it, others wait. */
async function currentToken(account: Account, signal: AbortSignal, refused?: string): Promise<string> {
  for (;;) {
    const row = await readAccount(account);
    const { tokens } = unseal("account", row);
    const expiresAt = row.expiresAt?.getTime() ?? null;
    const isUsable = tokens.access_token !== refused && !endsWithin(expiresAt, 0);
    const isLast = tokens.refresh_token === undefined;
    if (isUsable && (isLast || !endsWithin(expiresAt, renewalTime()))) return hold(row, tokens);
    const now = clock().now();
    const until = new Date(now + config().MCP_OAUTH_LEASE_SECONDS);
    if (await leaseOauthAccount(row, { now: new Date(now), until })) {
      return await renew({ account, row, isUsable });
    }
    await sleep(config().MCP_OAUTH_POLL_SECONDS, signal);
  }
}

interface Renewal {
  account: Account;
  row: OauthAccountRow;
  /** The token there is is still good. */
  isUsable: boolean;
}

/** Under a lease. It does not end with the request that wants it: a refresh token that was used is not lost for it. */
async function renew({ account, row, isUsable }: Renewal): Promise<string> {
  const { tokens, ...party } = unseal("account", row);
  const { refresh_token: refreshToken } = tokens;
  if (refreshToken === undefined)
    return await giveUp(account, row, "Its token has ended, and there is none to renew it.");
  const askedAt = clock().now();
  try {
    const fresh = await mcpOauth.refresh({ ...party, refreshToken }, NEVER);
    const all = { ...tokens, ...fresh };
    const change = { secret: seal("account", row, { ...party, tokens: all }), expiresAt: endOf(fresh, askedAt) };
    if (await settleOauthAccount(row, change)) return hold({ ...row, ...change }, all);
    throw notUsable(account, "has to be connected first");
  } catch (error) {
    if (mcpOauth.isRefusal(error)) return await giveUp(account, row, error.message);
    await settleOauthAccount(row, {});
    const isTheirs = isAppError(error) && error.code !== "database_unavailable";
    if (isTheirs && isUsable) return hold(row, tokens);
    throw error;
  }
}

async function giveUp(account: Account, row: OauthAccountRow, note: string): Promise<never> {
  await settleOauthAccount(row, { status: "needs_reconnect", note });
  heldTokens().delete(row.grantId);
  if (row.userId === "") await noteSavedToolFault({ ...row, id: row.toolId }, `It has to be connected again. ${note}`);
  throw notUsable(account, "has to be connected again");
}

/** When tokens end that were asked for at a time; null: it was not said. */
export function endOf({ expires_in: seconds }: OauthTokens, askedAt: number): Date | null {
  return seconds === undefined ? null : new Date(askedAt + seconds * 1000);
}
