import { pino } from "pino";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createApiApp } from "#server/api/app";
import { noteRequest } from "#server/api/request-log";
import { setClock } from "#server/clock";
import { parseConfig, setConfig } from "#server/config";
import { type FakeClock, installFakeClock } from "#tests/support/fake-clock";

let clock: FakeClock;
let lines: Record<string, unknown>[];

beforeEach(() => {
  setConfig(parseConfig({ NODE_ENV: "test", PROVIDER_KEY_PASSTHROUGH: "off" }));
  lines = [];
  const sink = { write: (line: string) => void lines.push(JSON.parse(line)) };
  Object.assign(globalThis, { rejoinderLog: pino({ level: "info", base: undefined }, sink) });
  clock = installFakeClock();
});
afterEach(() => {
  clock.advance(60_000);
  setClock();
  Object.assign(globalThis, { rejoinderLog: undefined });
});

const LEVEL_INFO = 30;

it("logs a stranger's refusal with its request id, and nothing that the stranger said", async () => {
  const answer = await createApiApp().request("/v1/models/secret-path?secret-query", {
    headers: { authorization: "Bearer secret-key" },
  });
  expect(answer.status).toBe(401);
  expect(lines).toEqual([
    {
      level: LEVEL_INFO,
      time: expect.any(Number),
      requestId: answer.headers.get("x-request-id"),
      route: "GET /v1/models/:model{.+}",
      status: 401,
      ms: expect.any(Number),
      msg: "request refused",
    },
  ]);
  await createApiApp().request("/v1/secret-path");
  expect(lines.at(-1)).toMatchObject({ route: "unknown path", status: 404 });
  expect(JSON.stringify(lines)).not.toContain("secret");
});

it("sums each minute up by route and status", () => {
  const request = { requestId: "1", startedAt: performance.now() };
  for (let i = 0; i < 3; i++) noteRequest({ ...request, route: "GET /v1/models", status: 200 });
  noteRequest({ ...request, route: "GET /v1/models", status: 401 });
  lines = [];
  clock.advance(60_000);
  expect(lines).toMatchObject([{ counts: { "GET /v1/models 200": 3, "GET /v1/models 401": 1 } }]);
  clock.advance(120_000);
  expect(lines).toHaveLength(1);
});
