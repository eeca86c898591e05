import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { config, setConfig } from "#server/config";
import {
  beginAuthorization,
  type OauthBeginning,
  redeemCode,
  refreshTokens,
  revokeTokens,
} from "#server/tools/mcp/oauth/oauth-flow";
import { startMcpServer } from "#tests/support/mcp-server";
import { type OauthMcpServer, startOauthMcpServer } from "#tests/support/oauth-mcp-server";

const before = config();
const never = new AbortController().signal;
const redirectUrl = "https://rejoinder.example/api/mcp/callback";
let peer: OauthMcpServer;

beforeAll(() => setConfig({ ...before, OUTBOUND_ALLOW: "127.0.0.1" }));
afterAll(() => setConfig(before));
beforeEach(async () => {
  peer = await startOauthMcpServer();
});
afterEach(() => peer.close());

function begin(fields: { client?: { client_id: string } | null; serverUrl?: string } = {}): Promise<OauthBeginning> {
  const wish = { serverUrl: peer.url, redirectUrl, state: "the-state", scope: null, client: null, ...fields };
  return beginAuthorization(wish, never);
}

async function connect() {
  const { codeVerifier, ...party } = await begin();
  const code = (await peer.consent(party.authorizeUrl)).searchParams.get("code") ?? "";
  return { ...party, tokens: await redeemCode({ ...party, codeVerifier, code, redirectUrl }, never) };
}

test("a server's accounts are found from its address: metadata, a client, a consent page with PKCE and the resource", async () => {
  const { authorizeUrl, client, discovery } = await begin();
  const { origin, pathname, searchParams } = new URL(authorizeUrl);
  expect(origin + pathname).toBe(`${peer.origin}/authorize`);
  expect(Object.fromEntries(searchParams)).toEqual({
    response_type: "code",
    client_id: client.client_id,
    code_challenge: expect.stringMatching(/^[\w-]{43}$/),
    code_challenge_method: "S256",
    redirect_uri: redirectUrl,
    state: "the-state",
    scope: "tools",
    resource: peer.url,
  });
  expect(peer.clients.get(client.client_id)).toMatchObject({ client_name: "Rejoinder", redirect_uris: [redirectUrl] });
  expect(discovery.authorizationServerUrl).toBe(`${peer.origin}/`);
});

test("a code is redeemed once, tokens are refreshed in turn, and revoked", async () => {
  const { tokens, ...party } = await connect();
  expect([...peer.access.values()]).toEqual([{ clientId: party.client.client_id, user: "ada", resource: peer.url }]);
  const refreshToken = tokens.refresh_token ?? "";
  const next = await refreshTokens({ ...party, refreshToken }, never);
  expect(next.refresh_token).not.toBe(refreshToken);
  expect(next.access_token).not.toBe(tokens.access_token);
  await expect(refreshTokens({ ...party, refreshToken }, never)).rejects.toMatchObject({ code: "invalid_grant" });
  expect(await revokeTokens({ ...party, tokens: next }, never)).toBe(true);
  expect(peer.revoked).toEqual([next.refresh_token, next.access_token]);
});

test("the verifier is the key to the code", async () => {
  const { codeVerifier, ...party } = await begin();
  const code = (await peer.consent(party.authorizeUrl)).searchParams.get("code") ?? "";
  const wrong = { ...party, code, redirectUrl, codeVerifier: codeVerifier.replace(/^./, "-") };
  await expect(redeemCode(wrong, never)).rejects.toMatchObject({ code: "invalid_grant" });
});

test("a client that is known is not registered again", async () => {
  const client = { client_id: "known" };
  const { authorizeUrl } = await begin({ client });
  expect(new URL(authorizeUrl).searchParams.get("client_id")).toBe("known");
  expect(peer.clients.size).toBe(0);
});

test("a server without accounts says so in our words", async () => {
  const plain = await startMcpServer();
  const found = await begin({ serverUrl: plain.url }).catch((error: unknown) => error);
  expect(found).toMatchObject({ code: "tool_server_error", message: "The server does not say where to sign in." });
  await plain.close();
});

test("nothing that a server names is asked beyond the outbound guard", async () => {
  setConfig({ ...before, OUTBOUND_ALLOW: "" });
  await expect(begin()).rejects.toMatchObject({ code: "outbound_not_allowed" });
  setConfig({ ...before, OUTBOUND_ALLOW: "127.0.0.1" });
  const { discovery, client } = await begin();
  const elsewhere = {
    ...discovery,
    authorizationServerMetadata: discovery.authorizationServerMetadata && {
      ...discovery.authorizationServerMetadata,
      token_endpoint: "http://169.254.169.254/latest",
    },
  };
  const asked = refreshTokens({ client, discovery: elsewhere, refreshToken: "x" }, never);
  await expect(asked).rejects.toMatchObject({ code: "outbound_not_allowed" });
});
