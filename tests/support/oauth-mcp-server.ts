import { randomUUID } from "node:crypto";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { InvalidGrantError } from "@modelcontextprotocol/sdk/server/auth/errors.js";
import { requireBearerAuth } from "@modelcontextprotocol/sdk/server/auth/middleware/bearerAuth.js";
import type { AuthorizationParams, OAuthServerProvider } from "@modelcontextprotocol/sdk/server/auth/provider.js";
import { getOAuthProtectedResourceMetadataUrl, mcpAuthRouter } from "@modelcontextprotocol/sdk/server/auth/router.js";
import { createMcpExpressApp } from "@modelcontextprotocol/sdk/server/express.js";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";
import type { OAuthClientInformationFull, OAuthTokens } from "@modelcontextprotocol/sdk/shared/auth.js";
import { freePort } from "#tests/support/free-port";

interface Grant {
  clientId: string;
  user: string;
  resource: string | null;
}

/** An MCP server with accounts, made of the SDK's own parts, and what may be asked of it. */
export interface OauthMcpServer {
  /** Of the MCP server. */
  url: string;
  origin: string;
  /** Who consents next. */
  user: string;
  /** True: nobody consents. */
  refusesConsent: boolean;
  /** True: refresh tokens are good for nothing. */
  refusesRefresh: boolean;
  /** True: tokens are not given out for a while. */
  isAway: boolean;
  /** Seconds that an access token is said to be good for. */
  expiresIn: number;
  clients: Map<string, OAuthClientInformationFull>;
  /** Access tokens that are good now. */
  access: Map<string, Grant>;
  refresh: Map<string, Grant>;
  /** Refresh tokens in the order in which they were used. */
  refreshed: string[];
  revoked: string[];
  /** Goes to the consent page as a browser would: the URL it is sent back to. */
  consent(authorizeUrl: string): Promise<URL>;
  close(): Promise<void>;
}

type Incoming = IncomingMessage & { body?: unknown };
type Redirecting = { redirect(url: string): void };

class Accounts implements OAuthServerProvider {
  readonly #server: OauthMcpServer;
  readonly #codes = new Map<string, { params: AuthorizationParams; grant: Grant }>();
  readonly clientsStore;

  constructor(server: OauthMcpServer) {
    this.#server = server;
    this.clientsStore = {
      getClient: (id: string) => server.clients.get(id),
      registerClient: (client: Omit<OAuthClientInformationFull, "client_id" | "client_id_issued_at">) => {
        const full = { client_id: randomUUID(), ...client };
        server.clients.set(full.client_id, full);
        return full;
      },
    };
  }

  async authorize(client: OAuthClientInformationFull, params: AuthorizationParams, response: Redirecting) {
    const back = new URL(params.redirectUri);
    if (params.state !== undefined) back.searchParams.set("state", params.state);
    if (this.#server.refusesConsent) {
      back.searchParams.set("error", "access_denied");
    } else {
      const code = randomUUID();
      const resource = params.resource?.href ?? null;
      this.#codes.set(code, { params, grant: { clientId: client.client_id, user: this.#server.user, resource } });
      back.searchParams.set("code", code);
    }
    response.redirect(back.href);
  }

  async challengeForAuthorizationCode(_client: OAuthClientInformationFull, code: string): Promise<string> {
    const known = this.#codes.get(code);
    if (!known) throw new InvalidGrantError("no such code");
    return known.params.codeChallenge;
  }

  async exchangeAuthorizationCode(_client: OAuthClientInformationFull, code: string): Promise<OAuthTokens> {
    const known = this.#codes.get(code);
    if (!this.#codes.delete(code) || !known) throw new InvalidGrantError("no such code");
    return this.#issue(known.grant);
  }

  async exchangeRefreshToken(_client: OAuthClientInformationFull, token: string): Promise<OAuthTokens> {
    const grant = this.#server.refresh.get(token);
    this.#server.refreshed.push(token);
    if (this.#server.refusesRefresh || !this.#server.refresh.delete(token) || !grant) {
      throw new InvalidGrantError("no such refresh token");
    }
    return this.#issue(grant);
  }

  async verifyAccessToken(token: string) {
    const grant = this.#server.access.get(token);
    const { InvalidTokenError } = await import("@modelcontextprotocol/sdk/server/auth/errors.js");
    if (!grant) throw new InvalidTokenError("no such token");
    const expiresAt = Math.floor(Date.now() / 1000) + 3600;
    return { token, clientId: grant.clientId, scopes: [], expiresAt, extra: { user: grant.user } };
  }

  async revokeToken(_client: OAuthClientInformationFull, { token }: { token: string }): Promise<void> {
    this.#server.revoked.push(token);
    this.#server.access.delete(token);
    this.#server.refresh.delete(token);
  }

  #issue(grant: Grant): OAuthTokens {
    const tokens = { access_token: `access-${randomUUID()}`, refresh_token: `refresh-${randomUUID()}` };
    this.#server.access.set(tokens.access_token, grant);
    this.#server.refresh.set(tokens.refresh_token, grant);
    return { ...tokens, token_type: "bearer", expires_in: this.#server.expiresIn };
  }
}

function tools(): McpServer {
  const server = new McpServer({ name: "with accounts", version: "1" });
  server.registerTool("whoami", { description: "Tells who asks" }, ({ authInfo }) => ({
    content: [{ type: "text", text: `${authInfo?.extra?.user} with ${authInfo?.token}` }],
  }));
  return server;
}

/** Starts it on a free port of this machine. */
export async function startOauthMcpServer(): Promise<OauthMcpServer> {
  const origin = `http://127.0.0.1:${await freePort()}`;
  const url = `${origin}/mcp`;
  const app = createMcpExpressApp();
  const peer: OauthMcpServer = {
    ...{ url, origin, user: "ada", refusesConsent: false, refusesRefresh: false, isAway: false, expiresIn: 3600 },
    ...{ clients: new Map(), access: new Map(), refresh: new Map(), refreshed: [], revoked: [] },
    async consent(authorizeUrl) {
      const answer = await fetch(authorizeUrl, { redirect: "manual" });
      return new URL(answer.headers.get("location") ?? "", authorizeUrl);
    },
    close: () =>
      new Promise((resolve) => {
        listening.close(() => resolve());
        listening.closeAllConnections();
      }),
  };
  const provider = new Accounts(peer);
  app.use("/token", (_incoming: Incoming, outgoing: ServerResponse, next: () => void) => {
    if (peer.isAway) outgoing.writeHead(503).end();
    else next();
  });
  const unlimited = { rateLimit: false } as const;
  app.use(
    mcpAuthRouter({
      ...{ provider, issuerUrl: new URL(origin), resourceServerUrl: new URL(url), scopesSupported: ["tools"] },
      ...{ authorizationOptions: unlimited, tokenOptions: unlimited, revocationOptions: unlimited },
      clientRegistrationOptions: { ...unlimited, clientIdGeneration: false },
    }),
  );
  const resourceMetadataUrl = getOAuthProtectedResourceMetadataUrl(new URL(url));
  app.post(
    "/mcp",
    requireBearerAuth({ verifier: provider, resourceMetadataUrl }),
    async (incoming: Incoming, outgoing: ServerResponse) => {
      const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined });
      await tools().connect(transport);
      await transport.handleRequest(incoming, outgoing, incoming.body);
    },
  );
  const listening: Server = app.listen(Number(new URL(origin).port), "127.0.0.1");
  await new Promise((resolve) => listening.once("listening", resolve));
  const address = listening.address() as AddressInfo;
  if (String(address.port) !== new URL(origin).port) throw new Error("the server listens elsewhere");
  return peer;
}
