import { parseConfig, setConfig } from "#server/config";
import { closeDatabase, openDatabase, pool } from "#server/db/client";
import { ensureTracePartitions } from "#server/db/trace-partitions";
import type { ServiceContext } from "#server/services/context";
import { listTraceFacets } from "#server/services/traces/list-trace-facets";
import { type ListTracesInput, listTraces } from "#server/services/traces/list-traces";
import { getOverview } from "#server/services/usage/get-overview";
import { silentTrace } from "#server/tracing/span";
import { type Figure, ms } from "#tests/bench/report";

const RUNS = 40;
const DAY_MS = 24 * 3_600_000;
const LIST_BUDGET_MS = 50;
const USAGE_BUDGET_MS = 100;

/** Thirty days of one team's traces, as many as asked for, and their usage by day. */
async function makeTraces(teamId: string, count: number, now: number): Promise<void> {
  for (const monthsAgo of [1, 0])
    await ensureTracePartitions(new Date(now).setUTCMonth(new Date(now).getUTCMonth() - monthsAgo, 1));
  await pool().query(
    `insert into trace (team_id, id, name, status, error_code, http_status, response_id, requested_model, served_model,
       provider, api_key_id, input_tokens, output_tokens, cost_usd, time_to_first_token_ms, duration_ms, tool_names,
       vector_store_ids, input_preview, output_preview, started_at, ended_at)
     select $1, lpad(to_hex(at), 12, '0') || substr(md5(i::text), 1, 20), 'POST /v1/responses',
       case when i % 97 = 0 then 'error' else 'ok' end, case when i % 97 = 0 then 'provider_error' end, 200,
       'resp_' || md5('r' || i), model, model, split_part(model, '/', 1), 'key_' || i % 12, 900, 300,
       case when i % 3 = 0 then null else 0.01 end, 400, (i % 6000)::float8,
       case when i % 7 = 0 then array['file_search'] else '{}' end, '{}',
       'Question ' || i || ' about ' || repeat('the usual matters ', 8), 'Answer ' || i || repeat(' as it is known', 10),
       to_timestamp(at / 1000.0), to_timestamp(at / 1000.0)
     from (
       select i, ($3::float8 - 30 * 86400000.0 * (1 - i::float8 / $2))::bigint as at,
         (array['openai/a', 'anthropic/b', 'groq/c', 'builtin/demo'])[1 + i % 4] as model
       from generate_series(1, $2::int) i
     ) made`,
    [teamId, count, now],
  );
  await pool().query(
    `insert into usage_daily (team_id, day, api_key_id, model, provider, requests, input_tokens, cost_usd)
     select $1, (to_timestamp($2 / 1000.0) - day * interval '1 day')::date, 'key_' || key, 'vendor/' || model, 'vendor', 100, 90000, 1
     from generate_series(0, 29) day, generate_series(1, 20) key, generate_series(1, 10) model`,
    [teamId, now],
  );
  await pool().query("analyze trace");
}

async function p95Of(run: () => Promise<unknown>): Promise<number> {
  const latencies: number[] = [];
  await run();
  for (let index = 0; index < RUNS; index += 1) {
    const from = performance.now();
    await run();
    latencies.push(performance.now() - from);
  }
  return latencies.toSorted((a, b) => a - b)[Math.floor(RUNS * 0.95)] ?? 0;
}

/** The list with each kind of filter, facets and the usage page, over `count` traces on native Postgres. */
export async function measureTraceList(databaseUrl: string, count: number): Promise<Figure[]> {
  setConfig(parseConfig({ DATABASE_URL: databaseUrl, LOG_LEVEL: "silent" }));
  await openDatabase();
  try {
    const teamId = "team_bench_traces";
    const now = Date.now();
    await makeTraces(teamId, count, now);
    const ctx: ServiceContext = {
      principal: { type: "system", teamId },
      signal: new AbortController().signal,
      trace: silentTrace,
    };
    const list = (input: Partial<ListTracesInput>) => () => listTraces({ ctx, input: { limit: 50, ...input } });
    const pages: Record<string, () => Promise<unknown>> = {
      newest: list({}),
      "half-way back": list({ to: now - 15 * DAY_MS }),
      errors: list({ status: "error" }),
      "one key": list({ apiKeyId: "key_3" }),
      "one model": list({ model: "groq/c" }),
      "a tool": list({ tool: "file_search" }),
      "three filters": list({ apiKeyId: "key_3", model: "groq/c", status: "error" }),
      "a text that is nowhere": list({ search: "no such words" }),
      facets: () => listTraceFacets({ ctx, input: {} }),
    };
    let slowest = { name: "", p95: 0 };
    for (const [name, run] of Object.entries(pages)) {
      const p95 = await p95Of(run);
      if (p95 > slowest.p95) slowest = { name, p95 };
    }
    const usage = await p95Of(() => getOverview({ ctx, input: { days: 30, includeTraces: true } }));
    return [
      {
        name: `trace list over ${count} traces, p95 of the slowest of ${Object.keys(pages).length} views`,
        measured: `${ms(slowest.p95)} (${slowest.name})`,
        budget: `≤ ${LIST_BUDGET_MS} ms`,
        kept: slowest.p95 <= LIST_BUDGET_MS,
      },
      {
        name: "usage of 30 days, p95",
        measured: ms(usage),
        budget: `≤ ${USAGE_BUDGET_MS} ms`,
        kept: usage <= USAGE_BUDGET_MS,
      },
    ];
  } finally {
    await closeDatabase();
  }
}
