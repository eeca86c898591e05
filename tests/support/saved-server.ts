import { prisma } from "#server/db/client";
import { newId } from "#server/ids";
import { seal } from "#server/services/tools/accounts/account-secrets";

interface Tool {
  teamId: string;
  toolId: string;
}

/** What is kept of an account with that token. */
export function sealAccount(tool: Tool, token: string): string {
  const discovery = { authorizationServerUrl: "http://127.0.0.1:9/" };
  return seal("account", tool, {
    client: { client_id: "canary" },
    discovery,
    tokens: { access_token: token, token_type: "bearer" },
  });
}

/** Adds a saved MCP server to a team, and the team's account there. */
export async function addSavedServer({ teamId, toolId }: Tool, secret: string): Promise<void> {
  const url = "http://127.0.0.1:9/mcp";
  const oauth = { accounts: "team", scope: null };
  await prisma().savedTool.create({
    data: {
      ...{ teamId, id: toolId, kind: "mcp", name: "canary_server" },
      settings: { url, headers: {}, allowedTools: null, requireApproval: "always", oauth },
    },
  });
  await prisma().mcpOauthAccount.create({
    data: {
      ...{ teamId, toolId, userId: "", grantId: newId("oauthGrant"), serverUrl: url, secret },
      ...{ status: "connected", version: 0, connectedById: newId("user"), connectedAt: new Date() },
    },
  });
}
