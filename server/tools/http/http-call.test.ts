import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { setClock } from "#server/clock";
import { config, setConfig } from "#server/config";
import { closePools } from "#server/outbound/pools";
import { HttpToolSettings } from "#server/protocol/saved-tools";
import { callHttpFunction } from "#server/tools/http/http-call";
import type { HttpFunction } from "#server/tools/http/http-request";
import { installFakeClock } from "#tests/support/fake-clock";
import { startWebServer, type WebServer } from "#tests/support/web-server";

const before = config();
const never = new AbortController().signal;
let site: WebServer;
let closed: PromiseWithResolvers<void>;

beforeAll(async () => {
  setConfig({ ...before, OUTBOUND_ALLOW: "127.0.0.1" });
  // It hears every request, and answers none.
  site = await startWebServer(() => (response) => void response.on("close", () => closed.resolve()));
});
afterEach(() => setClock());
afterAll(async () => {
  await closePools();
  await site.close();
  setConfig(before);
});

function call(
  method: "GET" | "POST",
  { timeoutSeconds = null, signal = never }: { timeoutSeconds?: number | null; signal?: AbortSignal },
) {
  closed = Promise.withResolvers();
  site.requests.length = 0;
  const settings = HttpToolSettings.parse({
    ...{ method, url: `${site.origin}/slow`, parameters: { type: "object", properties: {} }, timeoutSeconds },
    ...{ headers: {}, query: {}, body: null, result: null, requireApproval: "never" },
  });
  const called: HttpFunction = { name: "f", description: null, settings, secrets: { headers: {}, query: {} } };
  return callHttpFunction(called, {}, signal);
}

test.each([
  ["its own", 3, 3_000],
  ["the server's", null, config().HTTP_TOOL_TIMEOUT_SECONDS],
])("is given up after %s time, once sent, and its connection closed", async (_, timeoutSeconds, ms) => {
  const clock = installFakeClock();
  const outcome = call("POST", { timeoutSeconds });
  await expect.poll(() => site.requests.length).toBe(1);
  clock.advance(ms);
  expect(await outcome).toMatchObject({
    answer: null,
    text: expect.stringContaining("What became of the request is unknown."),
    error: { type: "http_error", code: 504 },
  });
  await closed.promise;
  expect(site.requests).toHaveLength(1);
});

test("that changes nothing says only that there was no answer", async () => {
  const clock = installFakeClock();
  const outcome = call("GET", {});
  await expect.poll(() => site.requests.length).toBe(1);
  clock.advance(config().HTTP_TOOL_TIMEOUT_SECONDS);
  expect((await outcome).text).not.toContain("unknown");
});

test("ends with its response, and closes its connection", async () => {
  const stop = new AbortController();
  const stopped = expect(call("POST", { signal: stop.signal })).rejects.toThrow("enough");
  await expect.poll(() => site.requests.length).toBe(1);
  stop.abort(new Error("enough"));
  await stopped;
  await closed.promise;
});
