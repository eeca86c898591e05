import { afterAll, beforeAll, expect, test } from "vitest";
import type { Principal } from "#server/auth/principal";
import { pool } from "#server/db/client";
import { type TraceRow, writeTraceBatch } from "#server/db/trace-writes";
import { hexFloorOf } from "#server/ids";
import type { ServiceContext } from "#server/services/context";
import { getTrace } from "#server/services/traces/get-trace";
import { getTraceOtel } from "#server/services/traces/get-trace-otel";
import { getTracePayload } from "#server/services/traces/get-trace-payload";
import { listLiveTraces } from "#server/services/traces/list-live-traces";
import { listTraceFacets } from "#server/services/traces/list-trace-facets";
import { type ListTracesInput, listTraces } from "#server/services/traces/list-traces";
import { silentTrace } from "#server/tracing/span";
import { createTeam, openTestDatabase, type TestDatabase } from "#tests/support/database";

const NOW = Date.UTC(2026, 10, 15, 12);
const MINUTE = 60_000;
let database: TestDatabase;
let ours: ServiceContext;
let theirs: ServiceContext;

/** Trace `n` began n minutes before NOW. */
function idOf(n: number): string {
  return hexFloorOf(NOW - n * MINUTE);
}

function contextOf(teamId: string): ServiceContext {
  const principal: Principal = { type: "system", teamId };
  return { principal, signal: new AbortController().signal, trace: silentTrace };
}

function rowOf(teamId: string, n: number, facts: Partial<TraceRow> = {}): TraceRow {
  const started = NOW - n * MINUTE;
  return {
    team_id: teamId,
    id: idOf(n),
    name: "POST /v1/responses",
    status: "ok",
    unpriced: false,
    duration_ms: 100,
    started_ms: started,
    ended_ms: started + 100,
    seen_ms: started,
    has_content: true,
    ...facts,
  };
}

beforeAll(async () => {
  database = await openTestDatabase();
  const [a, b] = [await createTeam(), await createTeam()];
  ours = contextOf(a.teamId);
  theirs = contextOf(b.teamId);
  const special: Record<number, Partial<TraceRow>> = {
    1: { status: "running", duration_ms: undefined, ended_ms: undefined },
    2: { status: "error", error_code: "provider_error", api_key_id: "key_b" },
    3: { served_model: "openai/gpt", provider: "openai", cost_usd: 0.5 },
    4: { served_model: "openai/gpt", provider: "openai", duration_ms: 9_000, api_key_id: "key_b" },
    5: { tool_names: ["file_search", "weather"], vector_store_ids: ["vs_1"] },
    6: { input_preview: "How tall is the 100% Eiffel_Tower?", response_id: "resp_6" },
    7: { output_preview: "About 330 metres", response_id: "resp_7" },
  };
  await writeTraceBatch({
    traces: Array.from({ length: 60 }, (_, index) => rowOf(a.teamId, index + 1, special[index + 1])),
    spans: [
      spanRow(a.teamId, 1, { offset_ms: 0, duration_ms: 100 }),
      spanRow(a.teamId, 2, { parent: 1, offset_ms: 0, duration_ms: 5, name: "authenticate" }),
      spanRow(a.teamId, 3, {
        parent: 1,
        offset_ms: 10,
        duration_ms: 80,
        name: "chat",
        kind: "model",
        first_token_ms: 30,
      }),
      spanRow(a.teamId, 4, { parent: 1, offset_ms: 12, duration_ms: 20, name: "file_search", kind: "tool" }),
    ],
    payloads: [
      { team_id: a.teamId, id: idOf(6), body: JSON.stringify({ request: { input: "x".repeat(600_000) } }) },
      { team_id: a.teamId, id: `${idOf(6)}${"0".repeat(15)}3`, body: JSON.stringify({ output: "330 metres" }) },
    ],
  });
  await writeTraceBatch({ traces: [rowOf(b.teamId, 6, { response_id: "resp_6" })], spans: [], payloads: [] });
});

afterAll(() => database.close());

function spanRow(
  teamId: string,
  n: number,
  at: {
    parent?: number;
    offset_ms: number;
    duration_ms: number;
    name?: string;
    kind?: string;
    first_token_ms?: number;
  },
) {
  const { parent, name = "root", kind = "gateway", ...times } = at;
  const spanId = (number: number) => `${idOf(6)}${number.toString(16).padStart(16, "0")}`;
  return {
    team_id: teamId,
    id: spanId(n),
    parent_id: parent === undefined ? undefined : spanId(parent),
    name,
    kind,
    status: "ok",
    started_ms: NOW,
    attributes: { provider: "openai", model: "gpt", inputTokens: 3 },
    ...times,
  };
}

async function numbersOf(input: Partial<ListTracesInput>): Promise<number[]> {
  const { rows } = await listTraces({ ctx: ours, input: { limit: 100, ...input } });
  return rows.map((row) => (NOW - row.startedAt.getTime()) / MINUTE);
}

test("pages follow one another by cursor, newest first, without gap or repeat", async () => {
  const seen: string[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < 4; page += 1) {
    const { rows, nextCursor } = await listTraces({ ctx: ours, input: { limit: 20, cursor } });
    seen.push(...rows.map((row) => row.id));
    if (nextCursor === null) break;
    cursor = nextCursor;
  }
  expect(seen).toEqual(Array.from({ length: 60 }, (_, index) => idOf(index + 1)));
});

test.each([
  ["status", { status: "error" }, [2]],
  ["running", { status: "running" }, [1]],
  ["model", { model: "openai/gpt" }, [3, 4]],
  ["provider", { provider: "openai" }, [3, 4]],
  ["key", { apiKeyId: "key_b" }, [2, 4]],
  ["key and model", { apiKeyId: "key_b", model: "openai/gpt" }, [4]],
  ["tool", { tool: "weather" }, [5]],
  ["vector store", { vectorStoreId: "vs_1" }, [5]],
  ["duration", { minDurationMs: 5_000 }, [4]],
  ["cost", { minCostUsd: 0.1 }, [3]],
  ["window", { from: NOW - 5 * MINUTE, to: NOW - 2 * MINUTE }, [3, 4, 5]],
  ["text, whatever its case", { search: "eiffel" }, [6]],
  ["text of the answer", { search: "330 METRES" }, [7]],
  ["text with wildcards as they stand", { search: "100% eiffel_" }, [6]],
  ["text that is not there", { search: "e_ffel" }, []],
  ["response id", { responseId: "resp_7" }, [7]],
  ["response id in the search box", { search: " resp_6 " }, [6]],
  ["trace id in the search box", { search: idOf(9) }, [9]],
] satisfies [string, Partial<ListTracesInput>, number[]][])("filter by %s", async (_name, input, expected) => {
  expect(await numbersOf(input)).toEqual(expected);
});

test("a rare match is found over several pages, and each says how far it looked", async () => {
  const { teamId } = await createTeam();
  await pool().query(
    `insert into trace (team_id, id, name, status, tool_names, vector_store_ids, started_at, input_preview)
     select $1, lpad(to_hex($2::bigint + i), 12, '0') || repeat('0', 20), 'x', 'ok', '{}', '{}', now(),
       case when i = 100 then 'needle' else 'hay' end
     from generate_series(1, 9000) i`,
    [teamId, NOW],
  );
  const ctx = contextOf(teamId);
  const found: string[] = [];
  let pages = 0;
  let cursor: string | undefined;
  do {
    const page = await listTraces({ ctx, input: { limit: 10, cursor, search: "needle" } });
    found.push(...page.rows.map((row) => row.id));
    pages += 1;
    cursor = page.nextCursor ?? undefined;
    expect(page.searchedTo === null).toBe(cursor === undefined);
  } while (cursor !== undefined && pages < 10);
  expect(found).toEqual([hexFloorOf(NOW + 100)]);
  expect(pages).toBe(3);
});

test("a cursor that is none is refused", async () => {
  await expect(listTraces({ ctx: ours, input: { limit: 1, cursor: "1; drop table" } })).rejects.toMatchObject({
    code: "invalid_value",
    param: "cursor",
  });
});

test("live: what is newer than the list, and how its running rows stand now", async () => {
  const { newer, updated, hasMore } = await listLiveTraces({
    ctx: ours,
    input: { after: idOf(3), running: [idOf(1), idOf(40)] },
  });
  expect(newer.map((row) => row.id)).toEqual([idOf(1), idOf(2)]);
  expect(updated.map((row) => [row.id, row.status])).toEqual([
    [idOf(1), "running"],
    [idOf(40), "ok"],
  ]);
  expect(hasMore).toBe(false);
});

test("facets count the window's values, most first", async () => {
  const facets = await listTraceFacets({ ctx: ours, input: {} });
  expect(facets.status).toEqual([
    { value: "ok", count: 58 },
    { value: "error", count: 1 },
    { value: "running", count: 1 },
  ]);
  expect(facets.model).toEqual([{ value: "openai/gpt", count: 2 }]);
  expect(facets.tool).toEqual([
    { value: "file_search", count: 1 },
    { value: "weather", count: 1 },
  ]);
  expect((await listTraceFacets({ ctx: ours, input: { to: NOW - 10 * MINUTE } })).model).toEqual([]);
});

test("a trace comes with its spans as a tree, the critical path marked, content only on demand", async () => {
  const { trace, spans } = await getTrace({ ctx: ours, input: { traceId: idOf(6) } });
  expect(trace).toMatchObject({ responseId: "resp_6", status: "ok" });
  expect(spans.map(({ name, depth, critical, hasContent }) => [name, depth, critical, hasContent])).toEqual([
    ["root", 0, true, false],
    ["authenticate", 1, true, false],
    ["chat", 1, true, true],
    ["file_search", 1, false, false],
  ]);
  const spanId = spans[2]?.id ?? "";
  expect(await getTracePayload({ ctx: ours, input: { traceId: idOf(6), spanId } })).toMatchObject({
    content: { output: "330 metres" },
    shortened: false,
  });
  const shown = await getTracePayload({ ctx: ours, input: { traceId: idOf(6) } });
  expect(shown).toMatchObject({ shortened: true, length: 600_024 });
  expect(JSON.stringify(shown.content).length).toBeLessThan(256 * 1024);
  const whole = await getTracePayload({ ctx: ours, input: { traceId: idOf(6), whole: true } });
  expect(JSON.stringify(whole.content)).toHaveLength(600_024);
  expect(await getTracePayload({ ctx: ours, input: { traceId: idOf(9) } })).toEqual({
    content: null,
    length: 0,
    shortened: false,
  });
});

test("a trace as OTLP JSON carries the conventions' names", async () => {
  const otel = await getTraceOtel({ ctx: ours, input: { traceId: idOf(6) } });
  const spans = otel.resourceSpans[0].scopeSpans[0].spans;
  const chat = spans.find((span) => span.name === "chat");
  expect(spans).toHaveLength(4);
  expect(chat).toMatchObject({
    traceId: idOf(6),
    spanId: "0000000000000003",
    parentSpanId: "0000000000000001",
    kind: 3,
    status: { code: 1 },
  });
  expect(
    Object.fromEntries((chat?.attributes ?? []).map(({ key, value }) => [key, Object.values(value)[0]])),
  ).toMatchObject({
    "gen_ai.operation.name": "chat",
    "gen_ai.provider.name": "openai",
    "gen_ai.request.model": "gpt",
    "gen_ai.usage.input_tokens": "3",
    "gen_ai.response.time_to_first_chunk": 0.02,
    "gen_ai.output.messages": "330 metres",
  });
  expect(Number(chat?.endTimeUnixNano) - Number(chat?.startTimeUnixNano)).toBeCloseTo(80_000_000, -4);
});

test("another team's traces answer as unknown ones", async () => {
  const unknown = "0".repeat(32);
  for (const traceId of [idOf(3), unknown, "no id at all"]) {
    for (const read of [getTrace, getTraceOtel]) {
      await expect(read({ ctx: theirs, input: { traceId } })).rejects.toMatchObject({
        code: "not_found",
        message: `No trace found with id '${traceId}'.`,
      });
    }
  }
  expect(await getTracePayload({ ctx: theirs, input: { traceId: idOf(6) } })).toEqual(
    await getTracePayload({ ctx: theirs, input: { traceId: unknown } }),
  );
  const list = await listTraces({ ctx: theirs, input: { limit: 100 } });
  expect(list.rows.map((row) => row.id)).toEqual([idOf(6)]);
  expect((await listTraces({ ctx: theirs, input: { limit: 100, search: idOf(3) } })).rows).toEqual([]);
  expect(await listLiveTraces({ ctx: theirs, input: { after: idOf(60), running: [idOf(1)] } })).toMatchObject({
    updated: [],
  });
  expect((await listTraceFacets({ ctx: theirs, input: {} })).model).toEqual([]);
});
