import type { OAuthClientProvider, OAuthDiscoveryState } from "@modelcontextprotocol/sdk/client/auth.js";
import type {
  OAuthClientInformationMixed,
  OAuthClientMetadata,
  OAuthTokens,
} from "@modelcontextprotocol/sdk/shared/auth.js";
import { config } from "#server/config";
import { AppError, isAppError } from "#server/errors";
import { parseOutboundUrl } from "#server/outbound/guard";
import { askWithoutToken, createOauthFetch } from "#server/tools/mcp/oauth/oauth-fetch";
import { within } from "#server/tools/within";

/** As the SDK reads them. Secret. */
export type OauthClient = OAuthClientInformationMixed;
export type OauthTokens = OAuthTokens;

/** What is known of who may ask for tokens, and where. Secret. */
export interface OauthParty {
  client: OAuthClientInformationMixed;
  discovery: OAuthDiscoveryState;
}

/** A way to a server's account, begun: the rest happens in a browser. Secret. */
export interface OauthBeginning extends OauthParty {
  /** Where the browser goes. */
  authorizeUrl: string;
  codeVerifier: string;
}

export interface OauthWish {
  serverUrl: string;
  redirectUrl: string;
  state: string;
  /** Scopes to ask for when the server names none. */
  scope: string | null;
  /** A client that is known to the authorization server already; null: one is registered. */
  client: OAuthClientInformationMixed | null;
}

/** Codes of RFC 6749 by which an authorization server says that a grant, or a client, is good for nothing any more. */
const FINAL: ReadonlySet<string> = new Set(["invalid_grant", "invalid_client", "unauthorized_client"]);

/**
 * Finds out how a server's tokens are got (RFC 9728, RFC 8414), registers a client where none is known (RFC 7591), and
 * makes the URL of the consent page, with PKCE and the resource's name (RFC 8707).
 * @throws AppError tool_server_error that says what is missing, outbound_not_allowed, the signal's reason
 */
export async function beginAuthorization(wish: OauthWish, signal: AbortSignal): Promise<OauthBeginning> {
  const begun: { url?: URL; verifier?: string } & Partial<OauthParty> = wish.client ? { client: wish.client } : {};
  return await told(begun, signal, async (limit) => {
    const { auth, extractWWWAuthenticateParams } = await import("@modelcontextprotocol/sdk/client/auth.js");
    const challenge = extractWWWAuthenticateParams(await askWithoutToken(wish.serverUrl, limit));
    await auth(providerFor(wish, begun), {
      serverUrl: wish.serverUrl,
      ...(challenge.resourceMetadataUrl && { resourceMetadataUrl: challenge.resourceMetadataUrl }),
      ...scopeOf(challenge.scope ?? wish.scope ?? undefined),
      fetchFn: createOauthFetch(limit),
    });
    const { url, verifier, client, discovery } = begun;
    if (!url || verifier === undefined || !client || !discovery) throw new Error("the SDK gave no consent page");
    // A browser is sent there, so it is held to what this server itself may be sent to.
    parseOutboundUrl(url.href, { allowLoopback: false });
    return { authorizeUrl: url.href, codeVerifier: verifier, client, discovery };
  });
}

function scopeOf(scope: string | undefined): { scope?: string } {
  return scope === undefined ? {} : { scope };
}

function providerFor(
  { redirectUrl, state, scope, client }: OauthWish,
  begun: { url?: URL; verifier?: string } & Partial<OauthParty>,
): OAuthClientProvider {
  const clientMetadata: OAuthClientMetadata = {
    client_name: "Rejoinder",
    redirect_uris: [redirectUrl],
    grant_types: ["authorization_code", "refresh_token"],
    response_types: ["code"],
    token_endpoint_auth_method: "none",
    ...(scope === null ? {} : { scope }),
  };
  const saveClientInformation = (registered: OAuthClientInformationMixed) => {
    begun.client = registered;
  };
  return {
    redirectUrl,
    clientMetadata,
    state: () => state,
    clientInformation: () => begun.client,
    // Without this the SDK does not put another in the place of a client that was given.
    ...(client ? {} : { saveClientInformation }),
    tokens: () => undefined,
    saveTokens: () => undefined,
    redirectToAuthorization: (url) => {
      begun.url = url;
    },
    saveCodeVerifier: (verifier) => {
      begun.verifier = verifier;
    },
    codeVerifier: () => begun.verifier ?? "",
    saveDiscoveryState: (discovery) => {
      begun.discovery = discovery;
    },
  };
}

/**
 * The tokens for a code that the browser brought back.
 * @throws AppError tool_server_error, outbound_not_allowed, the signal's reason
 */
export async function redeemCode(
  { codeVerifier, code, redirectUrl, ...party }: OauthParty & Record<"codeVerifier" | "code" | "redirectUrl", string>,
  signal: AbortSignal,
): Promise<OAuthTokens> {
  return await told(party, signal, async (limit) => {
    const { exchangeAuthorization } = await import("@modelcontextprotocol/sdk/client/auth.js");
    const { discovery } = party;
    return await exchangeAuthorization(discovery.authorizationServerUrl, {
      ...tokenRequest(party, limit),
      ...{ authorizationCode: code, codeVerifier, redirectUri: redirectUrl },
    });
  });
}

/**
 * New tokens for a refresh token; where the server gives no other, that one stays good.
 * @throws OauthRefusal when only a new consent helps; AppError tool_server_error, outbound_not_allowed; the signal's
 *   reason
 */
export async function refreshTokens(
  { refreshToken, ...party }: OauthParty & { refreshToken: string },
  signal: AbortSignal,
): Promise<OAuthTokens> {
  return await told(party, signal, async (limit) => {
    const { refreshAuthorization } = await import("@modelcontextprotocol/sdk/client/auth.js");
    return await refreshAuthorization(party.discovery.authorizationServerUrl, {
      ...tokenRequest(party, limit),
      refreshToken,
    });
  });
}

function tokenRequest({ client, discovery }: OauthParty, signal: AbortSignal) {
  const { authorizationServerMetadata: metadata, resourceMetadata } = discovery;
  return {
    ...(metadata && { metadata }),
    clientInformation: client,
    ...(resourceMetadata && { resource: resourceMetadata.resource }),
    fetchFn: createOauthFetch(signal),
  };
}

/**
 * Tells the authorization server that tokens are not used any more (RFC 7009). False: it has no place for that, or did
 * not say that it has heard it.
 */
export async function revokeTokens(
  { client, discovery, tokens }: OauthParty & { tokens: OAuthTokens },
  signal: AbortSignal,
): Promise<boolean> {
  const metadata = discovery.authorizationServerMetadata;
  const endpoint = metadata && "revocation_endpoint" in metadata ? metadata.revocation_endpoint : undefined;
  if (typeof endpoint !== "string") return false;
  const fetch = createOauthFetch(signal);
  // Whoever revokes a refresh token revokes what came of it too, but need not: RFC 7009 section 2.1.
  const all = [
    [tokens.refresh_token, "refresh_token"],
    [tokens.access_token, "access_token"],
  ] as const;
  const heard: boolean[] = [];
  for (const [token, hint] of all) {
    if (token === undefined) continue;
    const { headers, body } = revocation(client, { token, token_type_hint: hint });
    const answer = await fetch(endpoint, { method: "POST", headers, body }).catch(() => null);
    heard.push(answer?.ok ?? false);
  }
  return heard.length > 0 && heard.every(Boolean);
}

function revocation(client: OAuthClientInformationMixed, fields: Record<string, string>) {
  const headers = { "content-type": "application/x-www-form-urlencoded", accept: "application/json" };
  const { client_id: id, client_secret: secret } = client;
  const usesBasic =
    "token_endpoint_auth_method" in client && client.token_endpoint_auth_method === "client_secret_basic";
  if (secret !== undefined && usesBasic) {
    const authorization = `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}`;
    return { headers: { ...headers, authorization }, body: new URLSearchParams(fields) };
  }
  const own = { client_id: id, ...(secret === undefined ? {} : { client_secret: secret }) };
  return { headers, body: new URLSearchParams({ ...fields, ...own }) };
}

/** An authorization server's word that a grant, or the client, is good for nothing any more. */
export class OauthRefusal extends Error {
  readonly code: string;

  constructor(code: string) {
    super(`The authorization server answered "${code}".`);
    this.name = "OauthRefusal";
    this.code = code;
  }
}

/** True for one of either module graph. */
export function isOauthRefusal(error: unknown): error is OauthRefusal {
  return error instanceof Error && error.name === "OauthRefusal";
}

/** Runs a step within its time; what it throws is put in our words: those of a stranger's server may be anything. */
async function told<T>(
  known: Partial<OauthParty>,
  signal: AbortSignal,
  step: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  // Several requests, each with this time.
  const ms = 4 * config().MCP_OAUTH_TIMEOUT_SECONDS;
  const late = () => new AppError("tool_server_error", "The authorization server did not answer in time.");
  try {
    return await within({ ms, signal, late }, step);
  } catch (error) {
    signal.throwIfAborted();
    if (isAppError(error)) throw error;
    const code = oauthCodeOf(error);
    if (code !== null && FINAL.has(code)) throw new OauthRefusal(code);
    throw new AppError("tool_server_error", reasonOf(known, code));
  }
}

function oauthCodeOf(error: unknown): string | null {
  const code = error instanceof Error && "errorCode" in error ? error.errorCode : null;
  return typeof code === "string" && /^[a-z_]{1,64}$/.test(code) ? code : null;
}

function reasonOf({ client, discovery }: Partial<OauthParty>, code: string | null): string {
  const metadata = discovery?.authorizationServerMetadata;
  if (!metadata) return "The server does not say where to sign in.";
  if (!client && !metadata.registration_endpoint) {
    return "The authorization server does not register clients by itself: register one there, and enter its id.";
  }
  return code ? `The authorization server answered "${code}".` : "The authorization server gave no valid answer.";
}
