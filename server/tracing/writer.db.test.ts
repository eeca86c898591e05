import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { config, setConfig } from "#server/config";
import { closeDatabase, openDatabase, pool } from "#server/db/client";
import { writeTraceBatch } from "#server/db/trace-writes";
import { startTrace } from "#server/tracing/recorder";
import { toTraceBatch } from "#server/tracing/trace-rows";
import { flushTraces, startTraceWriter, stopTraceWriter, traceWriterState } from "#server/tracing/writer";
import { createTeam, openTestDatabase, type TestDatabase } from "#tests/support/database";

/** Only guards against hanging. */
const PATIENCE = { timeout: 100_000, interval: 20 };

let database: TestDatabase;
let teamId: string;

beforeAll(async () => {
  database = await openTestDatabase();
  ({ teamId } = await createTeam());
  startTraceWriter();
});

afterAll(async () => {
  await stopTraceWriter();
  await database.close();
});

async function rowsOf(table: "trace" | "span" | "trace_payload", id: string): Promise<Record<string, unknown>[]> {
  const { rows } = await pool().query(`select * from ${table} where team_id = $1 and id like $2 order by id`, [
    teamId,
    `${id}%`,
  ]);
  return rows;
}

function begin(options: { keepsContent?: boolean } = {}) {
  return startTrace({
    teamId,
    name: "POST /v1/responses",
    apiKeyId: "key_1",
    keepsContent: options.keepsContent ?? true,
  });
}

async function usageOf(model: string): Promise<Record<string, unknown> | undefined> {
  const { rows } = await pool().query("select * from usage_daily where team_id = $1 and model = $2", [teamId, model]);
  return rows[0];
}

test("an ended trace is there with its spans, its content and the day's usage", async () => {
  const trace = begin();
  const span = trace.startSpan({ name: "chat", kind: "model", attributes: { model: "m1", temperature: 0.5 } });
  span.content({ output: "Hello" });
  span.firstToken();
  span.end();
  trace.content({ request: { input: "Hi" } });
  trace.event("response.created");
  trace.set({
    servedModel: "mock/m1",
    provider: "mock",
    inputTokens: 10,
    outputTokens: 4,
    costUsd: null,
    httpStatus: 200,
    toolNames: ["file_search"],
    inputPreview: "Hi",
  });
  trace.end({ status: "ok" });
  await flushTraces();

  expect(await rowsOf("trace", trace.traceId)).toMatchObject([
    {
      status: "ok",
      served_model: "mock/m1",
      input_tokens: 10,
      cost_usd: null,
      http_status: 200,
      tool_names: ["file_search"],
      vector_store_ids: [],
      input_preview: "Hi",
      has_content: true,
      error_code: null,
    },
  ]);
  const spans = await rowsOf("span", trace.traceId);
  expect(spans).toMatchObject([
    { kind: "gateway", parent_id: null },
    { kind: "model", name: "chat", attributes: { model: "m1", temperature: 0.5 } },
  ]);
  expect(spans[1]?.parent_id).toBe(spans[0]?.id);
  expect(spans[1]?.first_token_ms).toEqual(expect.any(Number));
  expect(await rowsOf("trace_payload", trace.traceId)).toMatchObject([
    { id: trace.traceId, body: { request: { input: "Hi" }, events: [{ type: "response.created", count: 1 }] } },
    { id: spans[1]?.id, body: { output: "Hello" } },
  ]);
  expect(await usageOf("mock/m1")).toMatchObject({
    requests: 1,
    failed: 0,
    input_tokens: "10",
    unpriced: 1,
    cost_usd: 0,
  });
});

test("priced, unpriced and failed requests of one day are one row of usage", async () => {
  const costs = [0.25, 0.5, null];
  for (const costUsd of costs) {
    const trace = begin();
    trace.set({ servedModel: "mock/m2", provider: "mock", inputTokens: 1, costUsd });
    trace.end({ status: costUsd === 0.5 ? "error" : "ok" });
  }
  await flushTraces();
  expect(await usageOf("mock/m2")).toMatchObject({
    requests: 3,
    failed: 1,
    input_tokens: "3",
    unpriced: 1,
    cost_usd: 0.75,
  });
});

test("at a start, runs that an earlier process left are lost", async () => {
  const traceId = "f".repeat(32);
  await writeTraceBatch({
    traces: [
      {
        team_id: teamId,
        id: traceId,
        name: "x",
        status: "running",
        unpriced: false,
        has_content: true,
        started_ms: Date.now(),
        seen_ms: Date.now() - 120_000,
      },
    ],
    spans: [],
    payloads: [],
  });
  startTraceWriter();
  await vi.waitFor(async () => expect(await rowsOf("trace", traceId)).toMatchObject([{ status: "lost" }]), PATIENCE);
});

test("a batch that is sent twice counts once", async () => {
  const traces = ["a", "b"].map((digit) => ({
    teamId,
    id: digit.repeat(32),
    status: "ok" as const,
    errorCode: null,
    errorMessage: null,
    facts: { name: "x", httpStatus: 200, servedModel: "mock/twice", provider: "mock", inputTokens: 5 },
    startedAt: Date.now(),
    durationMs: 10,
    keepsContent: true,
    spans: [],
    content: { request: "once" },
    events: [],
  }));
  const batch = toTraceBatch(traces, [], Date.now());
  await writeTraceBatch(batch);
  await writeTraceBatch(batch);
  expect(await usageOf("mock/twice")).toMatchObject({ requests: 2, input_tokens: "10" });
  expect(await rowsOf("trace_payload", "a".repeat(32))).toHaveLength(1);
});

test("a job counts with its tokens and cost, not as a request", async () => {
  const trace = startTrace({ teamId, name: "ingest file", keepsContent: false });
  trace.set({ servedModel: "mock/embed", provider: "mock", inputTokens: 900, costUsd: 0.5 });
  trace.end({ status: "ok" });
  await flushTraces();
  expect(await usageOf("mock/embed")).toMatchObject({ requests: 0, input_tokens: "900", cost_usd: 0.5 });
});

test("while the database is away traces wait, and nothing is lost", async () => {
  const before = traceWriterState();
  await closeDatabase();
  const traces = Array.from({ length: 5 }, () => begin());
  for (const trace of traces) trace.end({ status: "ok" });
  await flushTraces();
  expect(traceWriterState()).toMatchObject({ queued: 5, dropped: before.dropped });
  expect(traceWriterState().failures).toBeGreaterThan(0);
  await openDatabase();
  await flushTraces();
  expect(traceWriterState()).toMatchObject({
    queued: 0,
    failures: 0,
    written: before.written + 5,
    dropped: before.dropped,
  });
  for (const trace of traces) expect(await rowsOf("trace", trace.traceId)).toHaveLength(1);
});

test("a row that the database refuses is dropped alone and counted", async () => {
  const before = traceWriterState();
  const good = Array.from({ length: 3 }, () => begin());
  const bad = startTrace({ teamId: "team_\u0000", name: "x", keepsContent: true });
  for (const trace of [...good.slice(0, 2), bad, ...good.slice(2)]) trace.end({ status: "ok" });
  await flushTraces();
  for (const trace of good) expect(await rowsOf("trace", trace.traceId)).toHaveLength(1);
  expect(traceWriterState()).toMatchObject({ dropped: before.dropped + 1, written: before.written + 3 });
});

test("content that has no JSON costs its own trace only", async () => {
  const before = traceWriterState();
  const [good, bad] = [begin(), begin()];
  bad.content({
    toJSON: () => {
      throw new Error("no");
    },
  });
  for (const trace of [bad, good]) trace.end({ status: "ok" });
  await flushTraces();
  expect(await rowsOf("trace", good.traceId)).toHaveLength(1);
  expect(traceWriterState()).toMatchObject({ queued: 0, dropped: before.dropped + 1, written: before.written + 1 });
});

test("over the queue's limit traces are dropped and counted, never waited for", async () => {
  const before = traceWriterState();
  const whole = config();
  setConfig({ ...whole, TRACE_QUEUE_MAX: 2 });
  for (let index = 0; index < 5; index += 1) begin().end({ status: "ok" });
  expect(traceWriterState()).toMatchObject({ queued: 2, dropped: before.dropped + 3 });
  setConfig(whole);
  await flushTraces();
});

test("a burst beyond one batch is written whole", async () => {
  const before = traceWriterState();
  for (let index = 0; index < 450; index += 1) begin().end({ status: "ok" });
  await vi.waitFor(
    () => expect(traceWriterState()).toMatchObject({ queued: 0, written: before.written + 450 }),
    PATIENCE,
  );
});

test("text that Postgres cannot hold is mended", async () => {
  const trace = begin();
  trace.set({ inputPreview: "a\u0000b", requestedModel: "m\ud800" });
  trace.content({ request: { input: "a\u0000b\udfff" } });
  trace.end({ status: "error", error: { code: "provider_error", message: "\u0000" } });
  await flushTraces();
  expect(await rowsOf("trace", trace.traceId)).toMatchObject([
    { input_preview: "a\ufffdb", requested_model: "m\ufffd" },
  ]);
});

test("a run that keeps no content leaves none in any table", async () => {
  const canary = "canary-7f3a";
  const trace = begin();
  trace.content({ request: { input: canary } });
  trace.set({ inputPreview: canary });
  const span = trace.startSpan({ name: "file_search", kind: "tool", attributes: { query: canary, results: 3 } });
  span.content({ arguments: canary, chunks: [canary] });
  trace.dropContent();
  span.set({ note: canary });
  span.end({ status: "error", error: { code: "provider_error", message: canary } });
  trace.set({ outputPreview: canary });
  trace.content({ output: canary });
  trace.event("response.completed");
  trace.end({ status: "error", error: { code: "provider_error", message: canary } });
  await flushTraces();
  const [row] = await rowsOf("trace", trace.traceId);
  expect(row).toMatchObject({
    has_content: false,
    error_code: "provider_error",
    error_message: null,
    input_preview: null,
  });
  const spans = await rowsOf("span", trace.traceId);
  expect(spans[1]).toMatchObject({ attributes: { results: 3 }, error_message: null });
  const payloads = await rowsOf("trace_payload", trace.traceId);
  expect(payloads).toMatchObject([{ body: { events: [{ type: "response.completed" }] } }]);
  expect(JSON.stringify([row, spans, payloads])).not.toContain(canary);
});
