import { afterEach, beforeEach, expect, it } from "vitest";
import { admitRequest, formatDuration, resetRateLimits, startRun } from "#server/api/rate-limit";
import type { ApiKeyPrincipal } from "#server/auth/principal";
import { setClock } from "#server/clock";
import { isAppError } from "#server/errors";

let now = 1_000_000;

beforeEach(() => setClock({ now: () => now, after: () => () => {} }));
afterEach(() => {
  resetRateLimits();
  setClock();
});

function key(limits: Partial<ApiKeyPrincipal["limits"]>, keyId = "key_1"): ApiKeyPrincipal {
  const none = { requestsPerMinute: null, tokensPerMinute: null, concurrentRuns: null };
  const tools = { allowedIds: null, defaultIds: [] };
  return {
    type: "apiKey",
    teamId: "team_1",
    keyId,
    scopes: [],
    logContent: true,
    tools,
    limits: { ...none, ...limits },
  };
}

function refusal(run: () => unknown): { message: string; retryAfterMs: number | null } {
  try {
    run();
  } catch (error) {
    if (isAppError(error) && error.code === "rate_limit_exceeded") return error;
    throw error;
  }
  throw new Error("was not refused");
}

it.each([
  [6, "6ms"],
  [1000, "1s"],
  [1500, "1.5s"],
  [60_000, "1m0s"],
  [360_000, "6m0s"],
  [3_661_000, "1h1m1s"],
])("writes %i ms as %s", (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});

it("says nothing and refuses nothing for a key without limits", () => {
  const headers = {};
  for (let i = 0; i < 1000; i++) admitRequest(key({}), headers);
  expect(headers).toEqual({});
});

it("refuses the request over the limit, names it, and says when to come back", () => {
  const principal = key({ requestsPerMinute: 2 });
  const headers: Record<string, string> = {};
  admitRequest(principal, headers);
  expect(headers).toMatchObject({
    "x-ratelimit-limit-requests": "2",
    "x-ratelimit-remaining-requests": "1",
    "x-ratelimit-reset-requests": "30s",
  });
  admitRequest(principal, headers);
  const error = refusal(() => admitRequest(principal, headers));
  expect(error.message).toContain("requests per minute");
  expect(error.retryAfterMs).toBe(30_000);
  expect(headers["x-ratelimit-remaining-requests"]).toBe("0");
  now += 30_000;
  admitRequest(principal, headers);
});

it("keeps keys apart", () => {
  admitRequest(key({ requestsPerMinute: 1 }), {});
  admitRequest(key({ requestsPerMinute: 1 }, "key_2"), {});
  refusal(() => admitRequest(key({ requestsPerMinute: 1 }), {}));
});

it("reserves tokens and settles what was really used", () => {
  const principal = key({ tokensPerMinute: 1000 });
  const headers: Record<string, string> = {};
  const run = startRun(principal, 600, headers);
  expect(headers["x-ratelimit-remaining-tokens"]).toBe("400");
  run.settle(100);
  run.end();
  admitRequest(principal, headers);
  expect(headers["x-ratelimit-remaining-tokens"]).toBe("900");
});

it("lets a run overdraw, and refuses the next until the minute has paid for it", () => {
  const principal = key({ tokensPerMinute: 60 });
  const run = startRun(principal, 10, {});
  run.settle(90);
  run.end();
  const error = refusal(() => startRun(principal, 1, {}));
  expect(error.message).toContain("tokens per minute");
  expect(error.retryAfterMs).toBe(31_000);
  now += 31_000;
  startRun(principal, 1, {}).end();
});

it("gives an estimate back when the run ends without usage", () => {
  const principal = key({ tokensPerMinute: 100 });
  startRun(principal, 100, {}).end();
  startRun(principal, 100, {}).end();
});

it("limits runs at a time and frees a place once, however often a run is ended", () => {
  const principal = key({ concurrentRuns: 2 });
  const first = startRun(principal, 0, {});
  startRun(principal, 0, {});
  expect(refusal(() => startRun(principal, 0, {})).message).toContain("concurrent runs");
  first.end();
  first.end();
  startRun(principal, 0, {});
  refusal(() => startRun(principal, 0, {}));
});
