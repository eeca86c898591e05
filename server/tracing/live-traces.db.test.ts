import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { setClock } from "#server/clock";
import { config } from "#server/config";
import { pool } from "#server/db/client";
import { writeTraceBatch } from "#server/db/trace-writes";
import { startTrace } from "#server/tracing/recorder";
import {
  flushTraces,
  startTraceWriter,
  stopTraceWriter,
  sweepLostTraces,
  traceWriterState,
} from "#server/tracing/writer";
import { createTeam, openTestDatabase, type TestDatabase } from "#tests/support/database";
import { type FakeClock, installFakeClock } from "#tests/support/fake-clock";

/** Only guards against hanging. */
const PATIENCE = { timeout: 100_000, interval: 20 };

let database: TestDatabase;
let clock: FakeClock;
let teamId: string;

beforeAll(async () => {
  database = await openTestDatabase();
  ({ teamId } = await createTeam());
  clock = installFakeClock();
  startTraceWriter();
});

afterAll(async () => {
  await stopTraceWriter();
  setClock();
  await database.close();
});

async function traceRows(id: string): Promise<Record<string, unknown>[]> {
  const { rows } = await pool().query("select * from trace where team_id = $1 and id = $2", [teamId, id]);
  return rows;
}

async function spanCount(id: string): Promise<number> {
  const { rows } = await pool().query("select 1 from span where team_id = $1 and id like $2", [teamId, `${id}%`]);
  return rows.length;
}

function begin() {
  return startTrace({ teamId, name: "POST /v1/responses", apiKeyId: "key_1", keepsContent: true });
}

test("nothing is written on the caller's path, and the timer writes it soon after", async () => {
  const trace = begin();
  trace.end({ status: "ok" });
  expect(traceWriterState().queued).toBe(1);
  clock.advance(config().TRACE_FLUSH_SECONDS);
  await vi.waitFor(async () => {
    clock.advance(250);
    expect(await traceRows(trace.traceId)).toHaveLength(1);
    expect(traceWriterState().queued).toBe(0);
  }, PATIENCE);
});

test("a run that lasts shows as running, says that it lives, and is completed by its end", async () => {
  const trace = begin();
  trace.set({ requestedModel: "mock/slow" });
  clock.advance(config().TRACE_FLUSH_SECONDS);
  expect(await traceRows(trace.traceId)).toEqual([]);
  for (let waited = 0; waited < 1_250; waited += 250) clock.advance(250);
  const [first] = await vi.waitFor(async () => {
    clock.advance(250);
    const rows = await traceRows(trace.traceId);
    expect(rows).toMatchObject([
      { status: "running", requested_model: "mock/slow", ended_at: null, duration_ms: null },
    ]);
    return rows;
  }, PATIENCE);
  await vi.waitFor(async () => {
    clock.advance(1_000);
    const [row] = await traceRows(trace.traceId);
    expect(Number(row?.seen_at)).toBeGreaterThan(Number(first?.seen_at));
  }, PATIENCE);
  expect(await sweepLostTraces()).toBe(0);
  trace.set({ servedModel: "mock/slow", inputTokens: 2 });
  trace.end({ status: "cancelled" });
  await flushTraces();
  expect(await traceRows(trace.traceId)).toMatchObject([{ status: "cancelled", input_tokens: 2 }]);
  expect(await spanCount(trace.traceId)).toBe(1);
  const { rows } = await pool().query("select requests from usage_daily where team_id = $1 and model = 'mock/slow'", [
    teamId,
  ]);
  expect(rows).toEqual([{ requests: 1 }]);
});

test("a run whose process fell silent is lost, and another node's live run is not", async () => {
  const dead = begin();
  const alive = begin();
  const records = [dead, alive].map((trace) => ({
    traceId: trace.traceId,
    row: { team_id: teamId, id: trace.traceId, name: "x", status: "running", unpriced: false, has_content: true },
  }));
  const seen = [clock.now() - 60_000, clock.now() - 5_000];
  await writeTraceBatch({
    traces: records.map(({ row }, index) => ({ ...row, started_ms: clock.now() - 70_000, seen_ms: seen[index] ?? 0 })),
    spans: [],
    payloads: [],
  });
  expect(await sweepLostTraces()).toBe(1);
  expect(await traceRows(dead.traceId)).toMatchObject([{ status: "lost", error_code: "process_lost" }]);
  expect(await traceRows(alive.traceId)).toMatchObject([{ status: "running" }]);
  // It was only slow to say so: its end counts.
  dead.end({ status: "ok" });
  alive.end({ status: "ok" });
  await flushTraces();
  expect(await traceRows(dead.traceId)).toMatchObject([{ status: "ok", error_code: null }]);
});
