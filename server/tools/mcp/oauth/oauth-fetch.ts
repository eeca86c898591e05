import type { FetchLike } from "@modelcontextprotocol/sdk/shared/transport.js";
import { config } from "#server/config";
import { openOutbound } from "#server/outbound/open-outbound";
import { outboundFetch } from "#server/outbound/outbound-fetch";

/** Documents and tokens are small. */
const MAX_ANSWER_BYTES = 256 * 1024;
const WITHOUT_BODY: ReadonlySet<number> = new Set([204, 205, 304]);

/**
 * A fetch for the MCP SDK's OAuth functions, through the outbound guard, for which nothing they are told of is trusted.
 * Redirects are answers: the SDK follows those within an origin.
 */
export function createOauthFetch(signal: AbortSignal): FetchLike {
  return async (url, init = {}) => {
    const answer = await outboundFetch(String(url), {
      method: init.method === "POST" ? "POST" : "GET",
      headers: Object.fromEntries(new Headers(init.headers)),
      body: init.body == null ? null : String(init.body),
      ...{ signal, timeoutMs: config().MCP_OAUTH_TIMEOUT_SECONDS, maxBytes: MAX_ANSWER_BYTES, followRedirects: false },
    });
    const status = answer.status > 599 || answer.status < 200 ? 502 : answer.status;
    const wanted = ["content-type", "location"];
    const headers = wanted.flatMap((name): [string, string][] => {
      const value = answer.headers[name];
      return value === undefined ? [] : [[name, value]];
    });
    return new Response(WITHOUT_BODY.has(status) ? null : new Uint8Array(answer.body), { status, headers });
  };
}

/**
 * What a server says to somebody without a token, as far as its `WWW-Authenticate` tells it.
 * @throws AppError outbound_not_allowed, provider_error (no connection); the signal's reason
 */
export async function askWithoutToken(serverUrl: string, signal: AbortSignal): Promise<Response> {
  const params = {
    protocolVersion: "2025-06-18",
    capabilities: {},
    clientInfo: { name: "rejoinder", version: "0.1.0" },
  };
  const answer = await openOutbound(serverUrl, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json, text/event-stream" },
    body: JSON.stringify({ jsonrpc: "2.0", id: 0, method: "initialize", params }),
    signal,
  });
  answer.close();
  const challenge = answer.headers["www-authenticate"];
  const headers: Record<string, string> = challenge === undefined ? {} : { "www-authenticate": challenge };
  return new Response(null, { status: answer.status === 401 ? 401 : 200, headers });
}
