import { config } from "#server/config";

/** How the browser reaches this server: PUBLIC_URL when set, else the request's own host. No trailing slash. */
export function publicOrigin(headers: Headers): string {
  const configured = config().PUBLIC_URL;
  if (configured) return new URL(configured).origin;
  const proxied = config().TRUST_PROXY === "on";
  const host = (proxied && lastOf(headers.get("x-forwarded-host"))) || headers.get("host") || "localhost";
  const protocol = (proxied && lastOf(headers.get("x-forwarded-proto"))) || "http";
  return `${protocol === "https" ? "https" : "http"}://${host}`;
}

/**
 * True when a request comes from this server's own pages, as browsers tell: the Origin is ours, or, without one,
 * Sec-Fetch-Site says so. A client that sends neither is no browser page of ours.
 */
export function isSameOrigin(headers: Headers): boolean {
  const origin = headers.get("origin");
  if (origin === null) return headers.get("sec-fetch-site") === "same-origin";
  return origin === publicOrigin(headers) || hostOf(origin) === headers.get("host");
}

/**
 * The caller's address: the hop that a trusted proxy added (TRUST_PROXY=on), or what server/main.ts put in its place
 * from the socket. Null when nothing is known.
 */
export function callerAddress(headers: Headers): string | null {
  return lastOf(headers.get("x-forwarded-for"));
}

// Each proxy appends what it saw; only the last entry was written by the one we trust.
function lastOf(value: string | null): string | null {
  return value?.split(",").at(-1)?.trim() || null;
}

function hostOf(origin: string): string | null {
  return URL.canParse(origin) ? new URL(origin).host : null;
}
