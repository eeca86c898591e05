import { z } from "zod";
import { recordAudit } from "#server/auth/audit";
import { hashOneTimeToken } from "#server/auth/one-time-token";
import { requirePermission } from "#server/auth/permissions";
import type { UserPrincipal } from "#server/auth/principal";
import { clock } from "#server/clock";
import { inTransaction } from "#server/db/client";
import { putOauthAccount } from "#server/db/mcp-oauth-accounts";
import { type OauthAttemptRow, putOauthClient, takeOauthAttempt } from "#server/db/mcp-oauth-clients";
import { updateSavedTool } from "#server/db/saved-tools";
import { AppError, isAppError } from "#server/errors";
import { newId } from "#server/ids";
import type { ServiceContext } from "#server/services/context";
import { endOf } from "#server/services/tools/accounts/account-credential";
import { TEAM_ACCOUNT } from "#server/services/tools/accounts/account-owner";
import { type AttemptSecrets, seal, unseal } from "#server/services/tools/accounts/account-secrets";
import { findOauthServer } from "#server/services/tools/accounts/account-tool";
import { mcpOauth, type OauthTokens } from "#server/tools/registry";

/** What a browser brings back from a consent page. */
export const FinishConnectionInput = z.object({
  state: z.string().max(512),
  code: z.string().max(8192).nullable(),
  error: z.string().max(512).nullable(),
  /** RFC 9207. */
  iss: z.string().max(2048).nullable(),
});
type Input = z.infer<typeof FinishConnectionInput>;

/** How an attempt ended: `refused`, nobody consented; `failed`, the authorization server gave no token. */
export type ConnectionOutcome = "connected" | "expired" | "refused" | "failed";

type Ctx = ServiceContext & { principal: UserPrincipal };

/**
 * Ends an attempt to connect an account, well or not; it is used up in any case. Of one that is unknown, used, over, or
 * another session's or team's, no server is told.
 * @throws AppError database_unavailable
 */
export async function finishConnection({
  ctx,
  input,
}: {
  ctx: Ctx;
  input: Input;
}): Promise<{ toolId: string | null; outcome: ConnectionOutcome }> {
  const { teamId, sessionId } = ctx.principal;
  const bound = { stateHash: hashOneTimeToken(input.state), sessionId, teamId };
  const attempt = await takeOauthAttempt(bound, new Date(clock().now()));
  if (!attempt) return { toolId: null, outcome: "expired" };
  const { toolId } = attempt;
  if (input.error !== null || input.code === null) {
    return { toolId, outcome: input.error === "access_denied" ? "refused" : "failed" };
  }
  const secrets = unseal("attempt", attempt);
  if (!isOfIssuer(secrets, input.iss)) return { toolId, outcome: "failed" };
  const askedAt = clock().now();
  try {
    const { redirectUrl } = attempt;
    const tokens = await mcpOauth.redeem({ ...secrets, code: input.code, redirectUrl }, ctx.signal);
    await keep(ctx, attempt, { secrets, tokens, askedAt });
    return { toolId, outcome: "connected" };
  } catch (error) {
    if (!mcpOauth.isRefusal(error) && !isAppError(error)) throw error;
    return { toolId, outcome: "failed" };
  }
}

/** True: the authorization server puts its name to its answers (RFC 9207 section 3). */
const NamesItself = z.looseObject({ authorization_response_iss_parameter_supported: z.literal(true) });

/** An answer that another authorization server made is none (RFC 9207 section 2.4). */
function isOfIssuer({ discovery }: AttemptSecrets, iss: string | null): boolean {
  const metadata = discovery.authorizationServerMetadata;
  if (iss === null) return !NamesItself.safeParse(metadata).success;
  return metadata === undefined || metadata.issuer === iss;
}

interface Gained {
  secrets: AttemptSecrets;
  tokens: OauthTokens;
  /** Milliseconds since the epoch. */
  askedAt: number;
}

async function keep(ctx: Ctx, attempt: OauthAttemptRow, { secrets, tokens, askedAt }: Gained): Promise<void> {
  const { teamId, toolId, userId, serverUrl, redirectUrl, isEntered } = attempt;
  const server = await findOauthServer({ teamId, id: toolId });
  const isMeant = server.settings.url === serverUrl && (server.oauth.accounts === "team") === (userId === TEAM_ACCOUNT);
  if (!isMeant) throw new AppError("invalid_value", "The server was changed meanwhile.");
  requirePermission(ctx.principal, userId === TEAM_ACCOUNT ? "tools.manage" : "playground.write");
  const { codeVerifier: _, ...party } = secrets;
  const client = { ...party.client, issuer: String(party.discovery.authorizationServerUrl) };
  const now = new Date(clock().now());
  await inTransaction(async (tx) => {
    const of = { teamId, toolId };
    const clientRow = { ...of, serverUrl, redirectUrl, clientId: client.client_id, entered: isEntered };
    await putOauthClient({ ...clientRow, secret: seal("client", of, client) }, tx);
    await putOauthAccount(
      {
        ...{ ...of, userId, serverUrl, grantId: newId("oauthGrant"), version: 0 },
        secret: seal("account", of, { ...party, client, tokens }),
        ...{ scope: tokens.scope ?? null, status: "connected", note: null, expiresAt: endOf(tokens, askedAt) },
        ...{ connectedById: ctx.principal.userId, connectedAt: now },
      },
      tx,
    );
    if (userId === TEAM_ACCOUNT) {
      const change = { lastTestAt: null, lastTestOk: null, lastTestNote: null };
      await updateSavedTool({ teamId, id: toolId, change }, tx);
    }
    const detail = { name: server.name, account: userId === TEAM_ACCOUNT ? "team" : "member" };
    await recordAudit(ctx.principal, { action: "tool.connect", resourceId: toolId, detail }, tx);
  });
}
