import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { setClock } from "#server/clock";
import { prisma } from "#server/db/client";
import { type TraceRow, writeTraceBatch } from "#server/db/trace-writes";
import { hexFloorOf } from "#server/ids";
import type { ServiceContext } from "#server/services/context";
import { getOverview } from "#server/services/usage/get-overview";
import { silentTrace } from "#server/tracing/span";
import { createTeam, openTestDatabase, type TestDatabase } from "#tests/support/database";
import { installFakeClock } from "#tests/support/fake-clock";

const DAY = 24 * 3_600_000;
const NOW = Date.UTC(2021, 4, 10, 12);
let database: TestDatabase;
let ours: ServiceContext;
let theirs: ServiceContext;

beforeAll(async () => {
  database = await openTestDatabase();
  const [a, b] = [await createTeam(), await createTeam()];
  const contextOf = (teamId: string): ServiceContext => ({
    principal: { type: "system", teamId },
    signal: new AbortController().signal,
    trace: silentTrace,
  });
  ours = contextOf(a.teamId);
  theirs = contextOf(b.teamId);
  await prisma().apiKey.create({
    data: { id: "key_1", teamId: a.teamId, name: "Website", hash: "h", prefix: "rj_", lastFour: "1234", scopes: [] },
  });
  const traces: TraceRow[] = [0, 0, 0, 1, 6, 40].map((daysAgo, index) => ({
    team_id: a.teamId,
    id: hexFloorOf(NOW - daysAgo * DAY - index * 1_000),
    name: "POST /v1/responses",
    http_status: index === 1 ? 502 : 200,
    status: index === 1 ? "error" : "ok",
    error_code: index === 1 ? "provider_error" : undefined,
    served_model: index === 2 ? "ollama/llama" : "openai/gpt",
    provider: index === 2 ? "ollama" : "openai",
    api_key_id: index === 3 ? undefined : "key_1",
    input_tokens: 10,
    output_tokens: 5,
    cost_usd: index === 2 ? undefined : 0.25,
    unpriced: index === 2,
    duration_ms: 100 * (index + 1),
    time_to_first_token_ms: 20,
    started_ms: NOW - daysAgo * DAY - index * 1_000,
    seen_ms: NOW,
    has_content: true,
  }));
  await writeTraceBatch({ traces, spans: [], payloads: [] });
});

afterEach(() => setClock());
afterAll(() => database.close());

test("sums the window by day, model and key, says what is unpriced, and leaves nothing out", async () => {
  installFakeClock(NOW);
  const overview = await getOverview({ ctx: ours, input: { days: 7, includeTraces: true } });
  expect(overview.totals).toMatchObject({
    requests: 5,
    failed: 1,
    inputTokens: 50,
    outputTokens: 25,
    costUsd: 1,
    unpriced: 1,
    firstTokenCount: 5,
  });
  expect(overview.byDay.map(({ day, requests, unpriced }) => [day, requests, unpriced])).toEqual([
    ["2021-05-04", 1, 0],
    ["2021-05-05", 0, 0],
    ["2021-05-06", 0, 0],
    ["2021-05-07", 0, 0],
    ["2021-05-08", 0, 0],
    ["2021-05-09", 1, 0],
    ["2021-05-10", 3, 1],
  ]);
  expect(
    overview.byModel.map(({ model, requests, unpriced, costUsd }) => [model, requests, unpriced, costUsd]),
  ).toEqual([
    ["openai/gpt", 4, 0, 1],
    ["ollama/llama", 1, 1, 0],
  ]);
  expect(overview.byKey.map(({ apiKeyId, name, requests }) => [apiKeyId, name, requests])).toEqual([
    ["key_1", "Website", 4],
    ["", null, 1],
  ]);
  expect(overview.recentErrors.map((trace) => trace.errorCode)).toEqual(["provider_error"]);
  expect(overview.latestTraces).toHaveLength(5);
  expect(overview.latency).toMatchObject({ samples: 3, durationMs: { p50: 200 }, timeToFirstTokenMs: { p50: 20 } });
});

test("who may not read traces gets none of them", async () => {
  installFakeClock(NOW);
  const overview = await getOverview({ ctx: ours, input: { days: 30, includeTraces: false } });
  expect(overview).toMatchObject({ recentErrors: [], latestTraces: [], totals: { requests: 5 } });
});

test("a quiet team has zeros and no percentiles", async () => {
  installFakeClock(NOW);
  const overview = await getOverview({ ctx: theirs, input: { days: 3, includeTraces: true } });
  expect(overview).toMatchObject({ totals: { requests: 0 }, byModel: [], latency: { samples: 0, durationMs: null } });
  expect(overview.byDay).toHaveLength(3);
});
