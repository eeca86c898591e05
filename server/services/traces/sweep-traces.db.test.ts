import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { setClock } from "#server/clock";
import { pool } from "#server/db/client";
import { updateTeam } from "#server/db/teams";
import type { TraceTable } from "#server/db/trace-partitions";
import { writeTraceBatch } from "#server/db/trace-writes";
import { hexFloorOf } from "#server/ids";
import { preparePartitions } from "#server/services/traces/prepare-partitions";
import { sweepTraces } from "#server/services/traces/sweep-traces";
import { createTeam, openTestDatabase, type TestDatabase } from "#tests/support/database";
import { installFakeClock } from "#tests/support/fake-clock";

const DAY = 24 * 3_600_000;
const START = Date.UTC(2021, 0, 10);
let database: TestDatabase;
let teamId: string;

beforeAll(async () => {
  database = await openTestDatabase({ TRACE_RETENTION_DAYS: "60", TRACE_CONTENT_RETENTION_DAYS: "20" });
  ({ teamId } = await createTeam());
  await updateTeam({ id: teamId, change: { traceRetentionDays: 90 } });
});

afterEach(() => setClock());
afterAll(() => database.close());

async function partitionsOf(table: TraceTable): Promise<string[]> {
  const { rows } = await pool().query(
    "select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid where i.inhparent = $1::regclass order by 1",
    [table],
  );
  return rows.map((row) => row.name);
}

async function write(startedAt: number): Promise<void> {
  const id = hexFloorOf(startedAt);
  const row = { team_id: teamId, name: "x", status: "ok", started_ms: startedAt };
  await writeTraceBatch({
    traces: [{ ...row, id, http_status: 200, unpriced: false, seen_ms: startedAt, has_content: true }],
    spans: [{ ...row, id: `${id}${"0".repeat(16)}`, kind: "gateway", offset_ms: 0, duration_ms: 1, attributes: {} }],
    payloads: [{ team_id: teamId, id, body: "{}" }],
  });
}

/** Days after START whose rows are in the table, and the partition of each. */
async function daysIn(table: TraceTable): Promise<[number, string][]> {
  const { rows } = await pool().query(
    `select id, tableoid::regclass::text as part from ${table} where team_id = $1 order by id`,
    [teamId],
  );
  return rows.map((row) => [(Number.parseInt(row.id.slice(0, 12), 16) - START) / DAY, row.part]);
}

// A clock is put at each date: advancing one there would run every periodic timer of months.
test("partitions are made ahead, hold their month's rows, and go whole when all in them is too old", async () => {
  installFakeClock(START);
  await write(START - DAY);
  expect(await daysIn("trace")).toEqual([[-1, "trace_default"]]);

  // January has rows in the default partition already, which stay there.
  expect(await preparePartitions()).toEqual(
    ["trace", "span", "trace_payload"].flatMap((table) => [`${table}_2021_02`, `${table}_2021_03`]),
  );
  expect(await preparePartitions()).toEqual([]);
  installFakeClock(START + 25 * DAY);
  expect(await preparePartitions()).toEqual(["trace_2021_04", "span_2021_04", "trace_payload_2021_04"]);
  for (const day of [0, 25, 45, 55, 82]) await write(START + day * DAY);
  expect(await daysIn("trace")).toEqual([
    [-1, "trace_default"],
    [0, "trace_default"],
    [25, "trace_2021_02"],
    [45, "trace_2021_02"],
    [55, "trace_2021_03"],
    [82, "trace_2021_04"],
  ]);

  // Day 70: traces of 60 days reach back to day 10, content of 20 days to day 50.
  installFakeClock(START + 70 * DAY);
  const swept = await sweepTraces(new AbortController().signal);
  expect(swept).toEqual({
    trace_payload: { partitions: ["trace_payload_2021_02"], rows: 2 },
    span: { partitions: [], rows: 2 },
    trace: { partitions: [], rows: 2 },
  });
  expect((await daysIn("trace")).map(([day]) => day)).toEqual([25, 45, 55, 82]);
  expect((await daysIn("span")).map(([day]) => day)).toEqual([25, 45, 55, 82]);
  expect((await daysIn("trace_payload")).map(([day]) => day)).toEqual([55, 82]);

  // Day 115: February is older than 60 days, March in part.
  installFakeClock(START + 115 * DAY);
  expect((await sweepTraces(new AbortController().signal)).trace).toEqual({ partitions: ["trace_2021_02"], rows: 0 });
  expect((await daysIn("trace")).map(([day]) => day)).toEqual([55, 82]);
  expect(await partitionsOf("trace")).toEqual(["trace_2021_03", "trace_2021_04", "trace_default"]);
});

test("a team that keeps its traces for a shorter time loses them sooner, beside one that does not", async () => {
  const other = await createTeam();
  await updateTeam({ id: other.teamId, change: { traceRetentionDays: 90 } });
  await updateTeam({ id: teamId, change: { traceRetentionDays: 35 } });
  // Day 115: 35 days reach back to day 80, the other team's 60 (the most that is allowed) to day 55.
  installFakeClock(START + 115 * DAY);
  const swept = await sweepTraces(new AbortController().signal);
  expect(swept.trace).toEqual({ partitions: [], rows: 1 });
  expect((await daysIn("trace")).map(([day]) => day)).toEqual([82]);
});

test("usage outlives the traces it was counted from", async () => {
  const { rows } = await pool().query("select sum(requests)::int as requests from usage_daily where team_id = $1", [
    teamId,
  ]);
  expect(rows).toEqual([{ requests: 6 }]);
});

test("a sweep that is stopped goes no further", async () => {
  installFakeClock(START + 400 * DAY);
  const swept = await sweepTraces(AbortSignal.abort());
  expect(swept.trace.rows).toBe(0);
});
