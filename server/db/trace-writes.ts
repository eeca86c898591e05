import { config } from "#server/config";
import { pool } from "#server/db/client";

/** Fields of a row that are not there are left out, and become null or the empty list. Times are epoch milliseconds. */
export interface TraceRow {
  team_id: string;
  id: string;
  name: string;
  status: string;
  error_code?: string | undefined;
  error_message?: string | undefined;
  http_status?: number | undefined;
  response_id?: string | undefined;
  conversation_id?: string | undefined;
  requested_model?: string | undefined;
  served_model?: string | undefined;
  provider?: string | undefined;
  api_key_id?: string | undefined;
  user_id?: string | undefined;
  input_tokens?: number | undefined;
  cached_tokens?: number | undefined;
  output_tokens?: number | undefined;
  reasoning_tokens?: number | undefined;
  cost_usd?: number | undefined;
  /** True when tokens were used that have no known price. Counted in the usage of the day, not stored here. */
  unpriced: boolean;
  time_to_first_token_ms?: number | undefined;
  duration_ms?: number | undefined;
  tool_names?: string[] | undefined;
  vector_store_ids?: string[] | undefined;
  input_preview?: string | undefined;
  output_preview?: string | undefined;
  started_ms: number;
  ended_ms?: number | undefined;
  seen_ms: number;
  has_content: boolean;
}

export interface SpanRow {
  team_id: string;
  /** The trace's id followed by the span's own. */
  id: string;
  parent_id?: string | undefined;
  name: string;
  kind: string;
  status: string;
  error_code?: string | undefined;
  error_message?: string | undefined;
  started_ms: number;
  offset_ms: number;
  duration_ms: number;
  first_token_ms?: number | undefined;
  attributes: Record<string, unknown>;
}

export interface PayloadRow {
  team_id: string;
  /** A trace's id, or a span's. */
  id: string;
  /** JSON text. */
  body: string;
}

export interface TraceBatch {
  traces: TraceRow[];
  spans: SpanRow[];
  payloads: PayloadRow[];
}

const TRACE_COLUMNS = `name, status, error_code, error_message, http_status, response_id, conversation_id, requested_model,
  served_model, provider, api_key_id, user_id, input_tokens, cached_tokens, output_tokens, reasoning_tokens, cost_usd,
  time_to_first_token_ms, duration_ms, input_preview, output_preview, has_content`;

/**
 * One statement, so all or nothing: rows arrive as JSON (one string to encode and to bind, where arrays would be one for
 * each of thirty columns). A trace that is already ended stays as it is, and only one that ends now brings its spans and
 * payloads and is counted in usage_daily, so a batch may be sent again after a lost connection. Jobs count with their
 * tokens and cost, not as requests. Days are locked in key order.
 */
const WRITE = `
with input as materialized (
  select * from json_to_recordset($1::json) as t (
    team_id text, id text, name text, status text, error_code text, error_message text, http_status int,
    response_id text, conversation_id text, requested_model text, served_model text, provider text,
    api_key_id text, user_id text, input_tokens int, cached_tokens int, output_tokens int, reasoning_tokens int,
    cost_usd float8, unpriced boolean, time_to_first_token_ms float8, duration_ms float8, tool_names text[],
    vector_store_ids text[], input_preview text, output_preview text, started_ms float8, ended_ms float8,
    seen_ms float8, has_content boolean)
), written as (
  insert into trace (team_id, id, ${TRACE_COLUMNS}, tool_names, vector_store_ids, started_at, ended_at, seen_at)
  select team_id, id, ${TRACE_COLUMNS}, coalesce(tool_names, '{}'), coalesce(vector_store_ids, '{}'),
    to_timestamp(started_ms / 1000), to_timestamp(ended_ms / 1000), to_timestamp(seen_ms / 1000)
  from input
  on conflict (team_id, id) do update set (${TRACE_COLUMNS}, tool_names, vector_store_ids, ended_at, seen_at) =
    (${TRACE_COLUMNS.replaceAll(/[a-z_]+/g, "excluded.$&")}, excluded.tool_names, excluded.vector_store_ids,
     excluded.ended_at, excluded.seen_at)
  where trace.status in ('running', 'lost')
  returning team_id, id, status
), spans as (
  insert into span (team_id, id, parent_id, name, kind, status, error_code, error_message, started_at, offset_ms,
    duration_ms, first_token_ms, attributes)
  select s.team_id, s.id, parent_id, name, kind, s.status, error_code, error_message, to_timestamp(started_ms / 1000),
    offset_ms, duration_ms, first_token_ms, attributes
  from json_to_recordset($2::json) as s (
    team_id text, id text, parent_id text, name text, kind text, status text, error_code text, error_message text,
    started_ms float8, offset_ms float8, duration_ms float8, first_token_ms float8, attributes json)
  join written w on w.team_id = s.team_id and w.id = left(s.id, 32)
), payloads as (
  insert into trace_payload (team_id, id, body)
  select p.team_id, p.id, body from json_to_recordset($3::json) as p (team_id text, id text, body json)
  join written w on w.team_id = p.team_id and w.id = left(p.id, 32)
)
insert into usage_daily (team_id, day, api_key_id, model, provider, requests, failed, input_tokens, cached_tokens,
  output_tokens, reasoning_tokens, cost_usd, unpriced, duration_ms_sum, first_token_ms_sum, first_token_count)
select team_id, (to_timestamp(started_ms / 1000) at time zone 'UTC')::date as day, coalesce(api_key_id, '') as key,
  coalesce(served_model, '') as model, coalesce(provider, '') as provider,
  count(*) filter (where asked), count(*) filter (where asked and i.status = 'error'),
  coalesce(sum(input_tokens), 0), coalesce(sum(cached_tokens), 0), coalesce(sum(output_tokens), 0),
  coalesce(sum(reasoning_tokens), 0), coalesce(sum(cost_usd), 0), count(*) filter (where unpriced),
  coalesce(sum(duration_ms), 0), coalesce(sum(time_to_first_token_ms), 0), count(time_to_first_token_ms)
from input i join written w using (team_id, id),
  lateral (select coalesce(api_key_id, user_id) is not null or http_status is not null) request (asked)
where i.status <> 'running'
group by 1, 2, 3, 4, 5
order by 1, 2, 3, 4, 5
on conflict (team_id, day, api_key_id, model, provider) do update set
  requests = usage_daily.requests + excluded.requests,
  failed = usage_daily.failed + excluded.failed,
  input_tokens = usage_daily.input_tokens + excluded.input_tokens,
  cached_tokens = usage_daily.cached_tokens + excluded.cached_tokens,
  output_tokens = usage_daily.output_tokens + excluded.output_tokens,
  reasoning_tokens = usage_daily.reasoning_tokens + excluded.reasoning_tokens,
  cost_usd = usage_daily.cost_usd + excluded.cost_usd,
  unpriced = usage_daily.unpriced + excluded.unpriced,
  duration_ms_sum = usage_daily.duration_ms_sum + excluded.duration_ms_sum,
  first_token_ms_sum = usage_daily.first_token_ms_sum + excluded.first_token_ms_sum,
  first_token_count = usage_daily.first_token_count + excluded.first_token_count`;

/**
 * Writes traces, spans, payloads and the day's usage, all or nothing. Sending the same batch again changes nothing.
 * Throws the driver's error; the caller tells a lost connection from a refused row.
 */
export async function writeTraceBatch(batch: TraceBatch): Promise<void> {
  const payloads = batch.payloads.map(
    (row) => `{"team_id":${JSON.stringify(row.team_id)},"id":${JSON.stringify(row.id)},"body":${row.body}}`,
  );
  const values = [JSON.stringify(batch.traces), JSON.stringify(batch.spans), `[${payloads.join(",")}]`];
  // PGlite is one session behind all connections, where a name could be given once only.
  await pool().query(config().embedded ? { text: WRITE, values } : { name: "write-traces", text: WRITE, values });
}

/**
 * Marks runs as lost whose process has fallen silent: `running` and not seen since `seenBefore`.
 * With `null`, every running one: right only where one process owns the database. Gives the number marked.
 */
export async function markLostTraces(seenBefore: Date | null): Promise<number> {
  const { rowCount } = await pool().query(
    `update trace set status = 'lost', error_code = 'process_lost', ended_at = trace.seen_at,
       error_message = 'The process that ran this request ended before it did.'
     from team, lateral (
       select t.team_id, t.id from trace t
       where t.team_id = team.id and t.status = 'running' and ($1::timestamptz is null or t.seen_at < $1)
     ) silent
     where trace.team_id = silent.team_id and trace.id = silent.id and trace.status = 'running'`,
    [seenBefore],
  );
  return rowCount ?? 0;
}
