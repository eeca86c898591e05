import { randomBytes } from "node:crypto";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { setClock } from "#server/clock";
import { pool } from "#server/db/client";
import { relayEvents } from "#server/db/response-events";
import { updateTeam } from "#server/db/teams";
import { writeTraceBatch } from "#server/db/trace-writes";
import { hexFloorOf, newId, newTraceId } from "#server/ids";
import { startQueue, stopQueue } from "#server/jobs/queue";
import type { ServiceContext } from "#server/services/context";
import { createResponse } from "#server/services/responses/create-response";
import { runBackgroundResponse } from "#server/services/responses/run-background";
import { sweepOldResponses } from "#server/services/responses/sweep-responses";
import { sweepTraces } from "#server/services/traces/sweep-traces";
import { silentTrace } from "#server/tracing/span";
import { createTeam, openTestDatabase, type TestDatabase } from "#tests/support/database";
import { installFakeClock } from "#tests/support/fake-clock";

const DAY = 24 * 3_600_000;
const START = Date.UTC(2026, 0, 1);
const never = new AbortController().signal;
const TABLES = [
  "response",
  "item",
  "chat_completion",
  "response_event",
  "background_run",
  "trace",
  "span",
  "trace_payload",
];

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
  await startQueue();
});
afterEach(() => setClock());
afterAll(async () => {
  await stopQueue();
  await database.close();
});

async function respond(teamId: string, body: Record<string, unknown>): Promise<string> {
  const trace = { ...silentTrace, traceId: newTraceId() };
  const ctx: ServiceContext = { principal: { type: "system", teamId }, signal: never, trace };
  const run = await createResponse({ ctx, input: { body: { model: "builtin/echo", input: "Hello", ...body } } });
  if (run.queued) {
    await runBackgroundResponse({ input: { teamId, responseId: run.queued.id }, signal: never });
    return run.queued.id;
  }
  let id = "";
  for await (const batch of run.events) for (const event of batch) if ("response" in event) id = event.response.id;
  return id;
}

async function trace(teamId: string, at: number, content = ""): Promise<void> {
  const id = hexFloorOf(at);
  const row = { team_id: teamId, name: "x", status: "ok", started_ms: at };
  await writeTraceBatch({
    traces: [{ ...row, id, http_status: 200, unpriced: false, seen_ms: at, has_content: true }],
    spans: [{ ...row, id: `${id}${"0".repeat(16)}`, kind: "gateway", offset_ms: 0, duration_ms: 1, attributes: {} }],
    payloads: [{ team_id: teamId, id, body: JSON.stringify({ content }) }],
  });
}

/** What a team does on one day. */
async function live(teamId: string, at: number): Promise<void> {
  installFakeClock(at);
  const first = await respond(teamId, {});
  await respond(teamId, { previous_response_id: first, background: true });
  await trace(teamId, at);
  // A node died while another watched a run of its.
  await relayEvents({ teamId, responseId: newId("response") }, [{ seq: 0, body: "{}" }]);
}

async function sweep(): Promise<void> {
  await sweepTraces(never);
  await sweepOldResponses(never);
}

async function countsOf(teamId: string): Promise<Record<string, number>> {
  const columns = TABLES.map((table) => `(SELECT count(*)::int FROM ${table} WHERE team_id = $1) AS ${table}`);
  const { rows } = await pool().query(`SELECT ${columns.join(", ")}`, [teamId]);
  return rows[0];
}

/** The tables with their indexes and what they keep aside. */
async function bytesOnDisk(): Promise<number> {
  const { rows } = await pool().query<{ bytes: string }>(
    "SELECT sum(pg_total_relation_size(oid)) AS bytes FROM pg_class WHERE relkind = 'r'",
  );
  return Number(rows[0]?.bytes);
}

it("keeps the rows of every team flat, each at its own height", async () => {
  const [short, long] = [await createTeam(), await createTeam()];
  await updateTeam({ id: short.teamId, change: { responseRetentionDays: 2, traceRetentionDays: 3 } });
  await updateTeam({ id: long.teamId, change: { responseRetentionDays: 4, traceRetentionDays: 5 } });
  const seen: { short: Record<string, number>; long: Record<string, number> }[] = [];
  for (let day = 0; day < 9; day += 1) {
    for (const { teamId } of [short, long]) await live(teamId, START + day * DAY);
    await sweep();
    seen.push({ short: await countsOf(short.teamId), long: await countsOf(long.teamId) });
  }
  expect(new Set(seen.slice(5).map((counts) => JSON.stringify(counts))).size).toBe(1);
  const [day0, last] = [seen[0], seen.at(-1)];
  // A day's rows stay until they are older than the team keeps them: today's, and those of the days before.
  for (const table of TABLES) {
    const days = /^(trace|span)/.test(table) ? { short: 4, long: 6 } : { short: 3, long: 5 };
    const daily = day0?.short[table] ?? 0;
    expect({ table, short: last?.short[table], long: last?.long[table] }).toEqual({
      table,
      short: daily * days.short,
      long: daily * days.long,
    });
  }
  expect(day0?.short).toMatchObject({ response: 2, background_run: 0, trace: 1 });
});

it("keeps the disk flat once the first rows have had their time", async () => {
  const { teamId } = await createTeam();
  await updateTeam({ id: teamId, change: { responseRetentionDays: 2, traceRetentionDays: 2 } });
  const sizes: number[] = [];
  for (let day = 0; day < 10; day += 1) {
    const at = START + (20 + day) * DAY;
    installFakeClock(at);
    for (let run = 0; run < 10; run += 1) {
      // Text that no compression makes small. What is said to a developer is not echoed.
      const content = randomBytes(20_000).toString("hex");
      const input = [
        { role: "developer", content },
        { role: "user", content: "Hello" },
      ];
      await respond(teamId, { input, background: run === 0 });
      await trace(teamId, at + run, content);
    }
    await sweep();
    // Postgres does so by itself; for the embedded database a job does.
    await pool().query("VACUUM");
    sizes.push(await bytesOnDisk());
  }
  const [first = 0, second = 0] = sizes;
  const daily = second - first;
  expect(daily).toBeGreaterThan(10 * 2 * 40_000);
  expect(Math.max(...sizes.slice(5)) - (sizes[4] ?? 0)).toBeLessThan(daily / 4);
});

it("keeps the items that a younger response builds on", async () => {
  const { teamId } = await createTeam();
  await updateTeam({ id: teamId, change: { responseRetentionDays: 1 } });
  installFakeClock(START);
  const first = await respond(teamId, { input: "first" });
  installFakeClock(START + 2 * DAY);
  const second = await respond(teamId, { input: "second", previous_response_id: first });
  await sweep();
  expect(await countsOf(teamId)).toMatchObject({ response: 1, item: 4 });
  installFakeClock(START + 2 * DAY + 1);
  await respond(teamId, { input: "third", previous_response_id: second });
  expect(await countsOf(teamId)).toMatchObject({ response: 2, item: 6 });
});

it("stops when it is told", async () => {
  const { teamId } = await createTeam();
  installFakeClock(START);
  await respond(teamId, {});
  installFakeClock(START + 400 * DAY);
  expect(await sweepOldResponses(AbortSignal.abort())).toBe(0);
  expect(await countsOf(teamId)).toMatchObject({ response: 1 });
});
