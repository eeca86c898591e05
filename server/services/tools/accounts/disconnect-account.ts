import { z } from "zod";
import { recordAudit } from "#server/auth/audit";
import { requirePermission } from "#server/auth/permissions";
import type { UserPrincipal } from "#server/auth/principal";
import { inTransaction } from "#server/db/client";
import { takeOauthAccount } from "#server/db/mcp-oauth-accounts";
import type { ServiceContext } from "#server/services/context";
import { TEAM_ACCOUNT } from "#server/services/tools/accounts/account-owner";
import { unseal } from "#server/services/tools/accounts/account-secrets";
import { findOauthServer } from "#server/services/tools/accounts/account-tool";
import { mcpOauth } from "#server/tools/registry";

export const DisconnectAccountInput = z.object({ id: z.string().max(100) });

/**
 * Forgets the team's account at a saved server, or the caller's own, and tells the authorization server to do the same.
 * `revoked`: it has said that it did.
 * @throws AppError not_found, invalid_value, permission_denied
 */
export async function disconnectAccount({
  ctx,
  input,
}: {
  ctx: ServiceContext & { principal: UserPrincipal };
  input: z.infer<typeof DisconnectAccountInput>;
}): Promise<{ id: string; revoked: boolean }> {
  const { teamId } = ctx.principal;
  const { id, name, oauth } = await findOauthServer({ teamId, id: input.id });
  const isTeams = oauth.accounts === "team";
  requirePermission(ctx.principal, isTeams ? "tools.manage" : "playground.write");
  const key = { teamId, toolId: id, userId: isTeams ? TEAM_ACCOUNT : ctx.principal.userId };
  const row = await inTransaction(async (tx) => {
    const taken = await takeOauthAccount(key, tx);
    const detail = { name, account: isTeams ? "team" : "member" };
    if (taken) await recordAudit(ctx.principal, { action: "tool.disconnect", resourceId: id, detail }, tx);
    return taken;
  });
  return { id, revoked: row !== null && (await mcpOauth.revoke(unseal("account", row), ctx.signal)) };
}
