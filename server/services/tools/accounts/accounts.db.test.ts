import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Principal, UserPrincipal } from "#server/auth/principal";
import { clock, setClock } from "#server/clock";
import { config } from "#server/config";
import { prisma } from "#server/db/client";
import { closePools } from "#server/outbound/pools";
import { openSavedServers } from "#server/services/responses/saved-servers";
import { finishConnection } from "#server/services/tools/accounts/finish-connection";
import { mcpTools } from "#server/tools/registry";
import { silentTrace } from "#server/tracing/span";
import { createTeam, openTestDatabase, type TestDatabase } from "#tests/support/database";
import { type OauthMcpServer, startOauthMcpServer } from "#tests/support/oauth-mcp-server";
import { createMember, type Person } from "#tests/support/people";

let database: TestDatabase;
let peer: OauthMcpServer;
let teamId: string;
let owner: Person;
let toolId: string;

beforeAll(async () => {
  database = await openTestDatabase({ OUTBOUND_ALLOW: "127.0.0.1", MCP_OAUTH_POLL_SECONDS: "0.01" });
});
afterAll(async () => {
  await closePools();
  await database.close();
});
beforeEach(async () => {
  peer = await startOauthMcpServer();
  ({ teamId } = await createTeam());
  owner = await createMember({ teamId, role: "owner" });
  toolId = await addServer();
});
afterEach(async () => {
  setClock();
  await mcpTools.closeSessions();
  await peer.close();
});

async function addServer(accounts: "team" | "member" = "team", name = "mail"): Promise<string> {
  const mcp = { url: peer.url, oauth: { accounts, scope: null }, requireApproval: "never" as const };
  return (await owner.call.tools.create({ kind: "mcp", name, mcp })).id;
}

function principalOf({ userId, sessionId }: Person, team = teamId): UserPrincipal {
  return { type: "user", teamId: team, userId, role: "owner", sessionId };
}

function contextOf<P extends Principal>(principal: P) {
  return { principal, signal: new AbortController().signal, trace: silentTrace };
}

/** Goes to the consent page and back; `change`: what the browser brings back otherwise. */
async function finish(url: string, person = owner, change: { state?: string; iss?: string } = {}) {
  const { searchParams } = await peer.consent(url);
  const input = {
    state: change.state ?? searchParams.get("state") ?? "",
    ...{ code: searchParams.get("code"), error: searchParams.get("error"), iss: change.iss ?? null },
  };
  return await finishConnection({ ctx: contextOf(principalOf(person)), input });
}

async function connect(person = owner, id = toolId) {
  const { url } = await person.call.toolAccounts.connect({ id });
  return await finish(url, person);
}

/** Who the server takes a caller for, in a request that names it by its label. */
async function whoami(principal: Principal = principalOf(owner), id = toolId): Promise<string> {
  const { name } = await prisma().savedTool.findUniqueOrThrow({ where: { teamId_id: { teamId, id } } });
  const tool = { type: "mcp", server_label: name } as const;
  const saved = (await openSavedServers(contextOf(principal), [tool], () => "tools[0]")).get(name);
  if (!saved) throw new Error(`${name} is not saved`);
  const { text } = await mcpTools.call(saved.server, { name: "whoami", arguments: {} }, new AbortController().signal);
  return text;
}

const statusOf = async (id = toolId) => (await owner.call.toolAccounts.get({ id })).account?.status ?? null;
const later = (ms: number) => setClock({ ...clock(), now: () => Date.now() + ms });

describe("connecting", () => {
  test("an account is connected, used, and shown without its tokens", async () => {
    expect(await statusOf()).toBeNull();
    await expect(whoami()).rejects.toThrow("'mail' has to be connected first in the dashboard");
    expect(await connect()).toEqual({ toolId, outcome: "connected" });
    expect(await whoami()).toBe("ada with [redacted]");
    const view = await owner.call.toolAccounts.get({ id: toolId });
    expect(view).toMatchObject({ accounts: "team", client: { entered: false }, account: { status: "connected" } });
    const kept = [
      ...(await prisma().mcpOauthAccount.findMany()),
      ...(await prisma().mcpOauthClient.findMany()),
      ...(await prisma().auditLog.findMany()),
    ];
    for (const token of [...peer.access.keys(), ...peer.refresh.keys()]) {
      expect(JSON.stringify([view, kept])).not.toContain(token);
    }
    const audit = await prisma().auditLog.findFirstOrThrow({ where: { teamId, action: "tool.connect" } });
    expect(audit).toMatchObject({
      resourceId: toolId,
      actorId: owner.userId,
      detail: { name: "mail", account: "team" },
    });
  });

  test("connected again, its client is not registered again", async () => {
    await connect();
    await connect();
    expect(peer.clients.size).toBe(1);
    expect(await prisma().mcpOauthAccount.count({ where: { teamId } })).toBe(1);
  });

  test("a client that is entered is used, and kept for the next time", async () => {
    const redirect = (await owner.call.toolAccounts.get({ id: toolId })).redirectUrl;
    const secret = "canary-client-secret";
    peer.clients.set("mine", { client_id: "mine", client_secret: secret, redirect_uris: [redirect] });
    const { url } = await owner.call.toolAccounts.connect({ id: toolId, client: { id: "mine", secret } });
    expect(await finish(url)).toMatchObject({ outcome: "connected" });
    const { client } = await owner.call.toolAccounts.get({ id: toolId });
    expect(client).toEqual({ id: "mine", entered: true });
    expect(JSON.stringify(await prisma().mcpOauthClient.findMany())).not.toContain(secret);
    expect(new URL((await owner.call.toolAccounts.connect({ id: toolId })).url).searchParams.get("client_id")).toBe(
      "mine",
    );
  });

  test("who does not consent connects nothing", async () => {
    peer.refusesConsent = true;
    expect(await connect()).toEqual({ toolId, outcome: "refused" });
    expect(await statusOf()).toBeNull();
  });

  test("a state is good once, for its session, team and time", async () => {
    const begin = async () => (await owner.call.toolAccounts.connect({ id: toolId })).url;
    const expired = { toolId: null, outcome: "expired" };
    expect(await finish(await begin(), owner, { state: "made-up" })).toEqual(expired);
    const other = await createMember({ teamId, role: "owner" });
    const url = await begin();
    expect(await finish(url, other)).toEqual(expired);
    const { teamId: foreign } = await createTeam();
    const { searchParams } = await peer.consent(url);
    const input = { state: searchParams.get("state") ?? "", code: searchParams.get("code"), error: null, iss: null };
    expect(await finishConnection({ ctx: contextOf(principalOf(owner, foreign)), input })).toEqual(expired);
    expect(await finish(url)).toEqual({ toolId, outcome: "connected" });
    expect(await finish(url)).toEqual(expired);
    const slow = await begin();
    later(config().MCP_OAUTH_STATE_SECONDS + 1000);
    expect(await finish(slow)).toEqual(expired);
  });

  test("an answer that another authorization server made is none", async () => {
    const { url } = await owner.call.toolAccounts.connect({ id: toolId });
    expect(await finish(url, owner, { iss: "https://evil.example/" })).toEqual({ toolId, outcome: "failed" });
    expect(await statusOf()).toBeNull();
  });

  test("tokens do not follow the tool to another address", async () => {
    await connect();
    await owner.call.tools.update({ id: toolId, mcp: { url: `${peer.origin}/other` } });
    expect(await statusOf()).toBeNull();
  });

  test("a team's account is its admins' to connect; who has none of that id sees nothing", async () => {
    const developer = await createMember({ teamId, role: "developer" });
    await expect(developer.call.toolAccounts.connect({ id: toolId })).rejects.toThrow("tools.manage");
    const stranger = await createMember({ teamId: (await createTeam()).teamId, role: "owner" });
    for (const id of [toolId, "tool_unknown"]) {
      await expect(stranger.call.toolAccounts.get({ id })).rejects.toThrow("No such tool.");
      await expect(stranger.call.toolAccounts.connect({ id })).rejects.toThrow("No such tool.");
      await expect(stranger.call.toolAccounts.disconnect({ id })).rejects.toThrow("No such tool.");
    }
    expect(peer.clients.size).toBe(0);
  });
});

describe("tokens", () => {
  test("one that ends soon is renewed once, however many need it, and its refresh token turned", async () => {
    await connect();
    later(3600 * 1000 - config().MCP_OAUTH_REFRESH_SECONDS);
    const said = await Promise.all(Array.from({ length: 8 }, () => whoami()));
    expect(said).toEqual(said.map(() => "ada with [redacted]"));
    expect(peer.refreshed).toHaveLength(1);
    later(2 * 3600 * 1000);
    expect(await whoami()).toBe("ada with [redacted]");
    expect(new Set(peer.refreshed).size).toBe(2);
    expect(await statusOf()).toBe("connected");
  });

  test("one that the server refuses is renewed, and the call made once more, in the same session", async () => {
    await connect();
    await whoami();
    peer.access.clear();
    expect(await whoami()).toBe("ada with [redacted]");
    expect(peer.refreshed).toHaveLength(1);
  });

  test("when the refresh token is refused too, the server has to be connected again, and can be", async () => {
    await connect();
    peer.access.clear();
    peer.refusesRefresh = true;
    expect(await whoami()).toContain("'mail' has to be connected again in the dashboard");
    expect(await owner.call.toolAccounts.get({ id: toolId })).toMatchObject({
      account: { status: "needs_reconnect", note: 'The authorization server answered "invalid_grant".' },
    });
    expect(await owner.call.tools.get({ id: toolId })).toMatchObject({ lastTestOk: false });
    await expect(whoami()).rejects.toThrow("has to be connected again");
    expect(peer.refreshed).toHaveLength(1);
    peer.refusesRefresh = false;
    await connect();
    expect(await whoami()).toBe("ada with [redacted]");
    expect(await owner.call.tools.get({ id: toolId })).toMatchObject({ lastTestOk: null });
  });

  test("an authorization server that is away takes nothing from a token that is still good", async () => {
    await connect();
    peer.isAway = true;
    later(3600 * 1000 - 10_000);
    expect(await whoami()).toBe("ada with [redacted]");
    later(3600 * 1000 + 10_000);
    await expect(whoami()).rejects.toThrow('The authorization server answered "server_error".');
    expect(await statusOf()).toBe("connected");
    peer.isAway = false;
    expect(await whoami()).toBe("ada with [redacted]");
    expect(peer.refreshed).toHaveLength(1);
  });

  test("disconnecting revokes them", async () => {
    await connect();
    const tokens = [...peer.refresh.keys(), ...peer.access.keys()];
    expect(await owner.call.toolAccounts.disconnect({ id: toolId })).toEqual({ id: toolId, revoked: true });
    expect(peer.revoked).toEqual(tokens);
    await expect(whoami()).rejects.toThrow("has to be connected first");
    expect(await owner.call.toolAccounts.disconnect({ id: toolId })).toEqual({ id: toolId, revoked: false });
  });
});

test("each member's own account is used for them and for the keys they made", async () => {
  toolId = await addServer("member", "own_mail");
  const grace = await createMember({ teamId, role: "editor" });
  await connect();
  peer.user = "grace";
  await connect(grace);
  const keyOf = async (person: Person) => {
    const { id } = (await owner.call.apiKeys.create({ name: "A key" })).apiKey;
    await prisma().apiKey.update({ where: { id }, data: { createdById: person.userId } });
    const limits = { requestsPerMinute: null, tokensPerMinute: null, concurrentRuns: null };
    const tools = { allowedIds: null, defaultIds: [] };
    return { type: "apiKey", teamId, keyId: id, scopes: [], logContent: true, tools, limits } as const;
  };
  expect(await whoami()).toBe("ada with [redacted]");
  expect(await whoami(principalOf(grace))).toBe("grace with [redacted]");
  const key = await keyOf(grace);
  expect(await whoami(key)).toBe("grace with [redacted]");
  const other = await createMember({ teamId, role: "developer" });
  await expect(whoami(principalOf(other))).rejects.toThrow("has to be connected first");
  await expect(whoami({ type: "system", teamId })).rejects.toThrow("no member of the team is behind this key");
  await owner.call.team.removeMember({ userId: grace.userId });
  await expect(whoami(key)).rejects.toThrow("no member of the team is behind this key");
  expect(await prisma().mcpOauthAccount.count({ where: { teamId, userId: grace.userId } })).toBe(0);
});
