import { IncomingMessage } from "node:http";
import { Socket } from "node:net";
import { beforeEach, expect, test } from "vitest";
import { parseCookies } from "#server/auth/cookies";
import { settleForwardedHeaders } from "#server/auth/forwarded-headers";
import { callerAddress, isSameOrigin, publicOrigin } from "#server/auth/request-origin";
import { parseConfig, setConfig } from "#server/config";

beforeEach(() => use({}));

function use(environment: Record<string, string>): void {
  setConfig(parseConfig(environment));
}

const forwarded = { "x-forwarded-host": "evil.test, app.test", "x-forwarded-proto": "https", host: "inner:8080" };

test("the public origin is PUBLIC_URL, else the request's host; a proxy's word counts only when it is trusted", () => {
  expect(publicOrigin(new Headers({ host: "localhost:8080" }))).toBe("http://localhost:8080");
  expect(publicOrigin(new Headers(forwarded))).toBe("http://inner:8080");
  use({ TRUST_PROXY: "on" });
  expect(publicOrigin(new Headers(forwarded))).toBe("https://app.test");
  use({ TRUST_PROXY: "on", PUBLIC_URL: "https://rejoinder.test/" });
  expect(publicOrigin(new Headers(forwarded))).toBe("https://rejoinder.test");
});

test.each([
  [{ origin: "http://localhost:8080" }, true],
  [{ origin: "http://localhost:8081" }, false],
  [{ origin: "http://evil.test" }, false],
  [{ origin: "null" }, false],
  [{ "sec-fetch-site": "same-origin" }, true],
  [{ "sec-fetch-site": "same-site" }, false],
  [{ "sec-fetch-site": "none" }, false],
  [{ origin: "http://evil.test", "sec-fetch-site": "same-origin" }, false],
  [{}, false],
])("%j is same-origin: %s", (headers, expected) => {
  expect(isSameOrigin(new Headers({ host: "localhost:8080", ...headers }))).toBe(expected);
});

test("behind a proxy that ends TLS the page's https origin is ours", () => {
  use({ PUBLIC_URL: "https://rejoinder.test" });
  expect(isSameOrigin(new Headers({ host: "inner:8080", origin: "https://rejoinder.test" }))).toBe(true);
  expect(isSameOrigin(new Headers({ host: "inner:8080", origin: "http://rejoinder.test" }))).toBe(false);
});

function requestFrom(address: string, headers: Record<string, string>): IncomingMessage {
  const socket = new Socket();
  Object.defineProperty(socket, "remoteAddress", { value: address });
  const request = new IncomingMessage(socket);
  Object.assign(request.headers, headers);
  return request;
}

test("without a trusted proxy the address is the socket's, whatever the client claims", () => {
  const request = requestFrom("203.0.113.9", { "x-forwarded-for": "10.0.0.1", "x-real-ip": "10.0.0.1", ...forwarded });
  settleForwardedHeaders(request);
  expect(request.headers).toEqual({ host: "inner:8080", "x-forwarded-for": "203.0.113.9" });
});

test("with a trusted proxy the address is the one that it added last", () => {
  use({ TRUST_PROXY: "on" });
  const request = requestFrom("10.0.0.2", { "x-forwarded-for": "1.2.3.4, 203.0.113.9" });
  settleForwardedHeaders(request);
  expect(callerAddress(new Headers({ "x-forwarded-for": String(request.headers["x-forwarded-for"]) }))).toBe(
    "203.0.113.9",
  );
  expect(callerAddress(new Headers())).toBeNull();
});

test("cookies are read by name, whatever their values hold", () => {
  expect(parseCookies("a=1; b=x%3Dy; c=%; =d; e; f=g=h")).toEqual({ a: "1", b: "x=y", c: "%", f: "g=h" });
  expect(parseCookies(null)).toEqual({});
});
