import type { IncomingMessage } from "node:http";
import { config } from "#server/config";

const FORWARDED = [
  "forwarded",
  "x-forwarded-for",
  "x-forwarded-host",
  "x-forwarded-proto",
  "x-forwarded-port",
  "x-real-ip",
];

/**
 * Makes the X-Forwarded-* headers of a request trustworthy before anything reads them. TRUST_PROXY=off: the client's are
 * dropped and `x-forwarded-for` is the socket's address. TRUST_PROXY=on: the proxy's stay.
 */
export function settleForwardedHeaders(request: IncomingMessage): void {
  if (config().TRUST_PROXY === "on") return;
  for (const name of FORWARDED) delete request.headers[name];
  const address = request.socket.remoteAddress;
  if (address) request.headers["x-forwarded-for"] = address;
}
