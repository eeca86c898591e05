import { queryRows } from "#server/db/query";

/** A compact row of the list. Times are dates, durations milliseconds, money US dollars (null: no known price). */
export interface TraceListRow {
  id: string;
  name: string;
  status: string;
  errorCode: string | null;
  errorMessage: string | null;
  httpStatus: number | null;
  responseId: string | null;
  requestedModel: string | null;
  servedModel: string | null;
  provider: string | null;
  apiKeyId: string | null;
  apiKeyName: string | null;
  userId: string | null;
  /** Name of the person who asked from the dashboard, or their address. */
  userName: string | null;
  inputTokens: number | null;
  cachedTokens: number | null;
  outputTokens: number | null;
  reasoningTokens: number | null;
  costUsd: number | null;
  timeToFirstTokenMs: number | null;
  durationMs: number | null;
  toolNames: string[];
  vectorStoreIds: string[];
  inputPreview: string | null;
  outputPreview: string | null;
  startedAt: Date;
  endedAt: Date | null;
  hasContent: boolean;
}

export interface StoredSpan {
  /** The trace's id followed by the span's own. */
  id: string;
  parentId: string | null;
  name: string;
  kind: string;
  status: string;
  errorCode: string | null;
  errorMessage: string | null;
  startedAt: Date;
  offsetMs: number;
  durationMs: number;
  firstTokenMs: number | null;
  attributes: Record<string, unknown>;
  /** True when content of this span is stored. */
  hasContent: boolean;
}

export interface TraceFilter {
  status?: string | undefined;
  model?: string | undefined;
  provider?: string | undefined;
  apiKeyId?: string | undefined;
  tool?: string | undefined;
  vectorStoreId?: string | undefined;
  responseId?: string | undefined;
  /** Part of the previews; the case of ASCII letters does not count (two times faster than that of all). */
  search?: string | undefined;
  minDurationMs?: number | undefined;
  minCostUsd?: number | undefined;
}

export interface TraceRange {
  teamId: string;
  /** Ids from this one, inclusive. */
  fromId: string;
  /** Ids below this one. */
  toId: string;
}

const COLUMNS = `id, name, status, error_code as "errorCode", error_message as "errorMessage",
  http_status as "httpStatus", response_id as "responseId", requested_model as "requestedModel",
  served_model as "servedModel", provider, api_key_id as "apiKeyId", user_id as "userId",
  input_tokens as "inputTokens", cached_tokens as "cachedTokens", output_tokens as "outputTokens",
  reasoning_tokens as "reasoningTokens", cost_usd as "costUsd", time_to_first_token_ms as "timeToFirstTokenMs",
  duration_ms as "durationMs", tool_names as "toolNames", vector_store_ids as "vectorStoreIds",
  input_preview as "inputPreview", output_preview as "outputPreview", started_at as "startedAt",
  ended_at as "endedAt", has_content as "hasContent",
  (select k.name from api_key k where k.team_id = t.team_id and k.id = t.api_key_id) as "apiKeyName",
  (select coalesce(u.name, u.email) from app_user u where u.id = t.user_id) as "userName"`;

/** Rows that one page may look at: keeps every page short, however rare the matches are. */
const SCAN_ROWS = 10_000;
/** The same for a text search, which looks into both previews of each. */
const SEARCH_ROWS = 4_000;
/** The same for facets, which count five columns of each. */
const FACET_ROWS = 5_000;

/** Filters with an index of their own, the rarest matches first. Only the first one given walks its index. */
const INDEXED = [
  ["responseId", "response_id"],
  ["apiKeyId", "api_key_id"],
  ["status", "status"],
  ["model", "served_model"],
] as const;

/**
 * A page of a team's traces, newest first. At most 10,000 rows are looked at (4,000 for a text search): where matches
 * are rarer than that, the page is short or empty and `nextId` says from where to go on. It is null at the end only.
 */
export async function listTraceRows(input: {
  range: TraceRange;
  filter: TraceFilter;
  limit: number;
}): Promise<{ rows: TraceListRow[]; nextId: string | null }> {
  const { range, filter, limit } = input;
  const values: unknown[] = [range.teamId, range.fromId, range.toId];
  const bind = (value: unknown) => `$${values.push(value)}`;
  const indexed = INDEXED.find(([name]) => filter[name] !== undefined);
  const walked = indexed ? `and ${indexed[1]} = ${bind(filter[indexed[0]])}` : "";
  const walk = `from trace where team_id = $1 and id >= $2 and id < $3 ${walked} order by id desc`;
  const walkValues = values.length;
  const scan = filter.search === undefined ? SCAN_ROWS : SEARCH_ROWS;
  const checks = checksOf(filter, indexed?.[0], bind);
  const rows = await queryRows<TraceListRow>(
    `select ${COLUMNS} from (select * ${walk} limit ${scan}) t ${checks.length > 0 ? `where ${checks.join(" and ")}` : ""} limit ${bind(limit + 1)}`,
    values,
  );
  if (rows.length > limit) return { rows: rows.slice(0, limit), nextId: rows[limit - 1]?.id ?? null };
  if (checks.length === 0) return { rows, nextId: null };
  const [last] = await queryRows<{ id: string }>(
    `select id ${walk} offset ${scan - 1} limit 1`,
    values.slice(0, walkValues),
  );
  return { rows, nextId: last?.id ?? null };
}

function checksOf(filter: TraceFilter, walked: string | undefined, bind: (value: unknown) => string): string[] {
  const checks: string[] = [];
  for (const [name, column] of [...INDEXED, ["provider", "provider"] as const]) {
    if (name !== walked && filter[name] !== undefined) checks.push(`${column} = ${bind(filter[name])}`);
  }
  if (filter.tool !== undefined) checks.push(`${bind(filter.tool)} = any(tool_names)`);
  if (filter.vectorStoreId !== undefined) checks.push(`${bind(filter.vectorStoreId)} = any(vector_store_ids)`);
  if (filter.minDurationMs !== undefined) checks.push(`duration_ms >= ${bind(filter.minDurationMs)}`);
  if (filter.minCostUsd !== undefined) checks.push(`cost_usd >= ${bind(filter.minCostUsd)}`);
  if (filter.search !== undefined) {
    const pattern = bind(`%${filter.search.replaceAll(/[\\%_]/g, "\\$&")}%`);
    checks.push(`(input_preview collate "C" ilike ${pattern} or output_preview collate "C" ilike ${pattern})`);
  }
  return checks;
}

/** Traces by id, newest first; unknown and foreign ids are left out. */
export async function findTraceRows(teamId: string, ids: string[]): Promise<TraceListRow[]> {
  const rows = await queryRows<TraceListRow>(
    `select ${COLUMNS} from trace t where team_id = $1 and id = any($2) order by id desc`,
    [teamId, ids],
  );
  return rows;
}

/** A trace's spans by when they began. Empty for running, unknown and foreign traces. */
export async function findSpans(teamId: string, traceId: string): Promise<StoredSpan[]> {
  const rows = await queryRows<StoredSpan>(
    `select id, parent_id as "parentId", name, kind, status, error_code as "errorCode",
       error_message as "errorMessage", started_at as "startedAt", offset_ms as "offsetMs",
       duration_ms as "durationMs", first_token_ms as "firstTokenMs", attributes,
       exists (select 1 from trace_payload p where p.team_id = span.team_id and p.id = span.id) as "hasContent"
     from span where team_id = $1 and id >= $2 and id < $3 order by offset_ms, duration_ms desc, id`,
    [teamId, traceId, `${traceId}g`],
  );
  return rows;
}

/** Content of a trace and of its spans, by the id of the trace or span. Bytes are those of the JSON text. */
export async function findPayloads(
  teamId: string,
  ids: { from: string; to: string },
): Promise<{ id: string; body: string }[]> {
  const rows = await queryRows<{ id: string; body: string }>(
    "select id, body::text as body from trace_payload where team_id = $1 and id >= $2 and id < $3 order by id",
    [teamId, ids.from, ids.to],
  );
  return rows;
}

export interface FacetValue {
  field: "status" | "model" | "provider" | "apiKeyId" | "tool";
  value: string;
  count: number;
}

/** How often each value occurs among the newest rows of the range, at most 5,000 of them. */
export async function countFacets(range: TraceRange): Promise<FacetValue[]> {
  const rows = await queryRows<FacetValue>(
    `with newest as materialized (
       select status, served_model, provider, api_key_id, tool_names from trace
       where team_id = $1 and id >= $2 and id < $3 order by id desc limit ${FACET_ROWS}
     )
     select 'status' as field, status as value, count(*)::int as count from newest group by 2
     union all select 'model', served_model, count(*)::int from newest where served_model is not null group by 2
     union all select 'provider', provider, count(*)::int from newest where provider is not null group by 2
     union all select 'apiKeyId', api_key_id, count(*)::int from newest where api_key_id is not null group by 2
     union all select 'tool', tool, count(*)::int from newest, unnest(tool_names) as tool group by 2
     order by 1, 3 desc, 2`,
    [range.teamId, range.fromId, range.toId],
  );
  return rows;
}

export interface LatencyPercentiles {
  /** Requests that the figures rest on. */
  samples: number;
  durationMs: { p50: number; p95: number; p99: number } | null;
  timeToFirstTokenMs: { p50: number; p95: number; p99: number } | null;
}

/** Percentiles of ended requests in the range, over the newest 10,000 of them. */
export async function computePercentiles(range: TraceRange): Promise<LatencyPercentiles> {
  const rows = await queryRows<{ samples: number; duration: number[] | null; first: number[] | null }>(
    `select count(*)::int as samples,
       percentile_cont(array[0.5, 0.95, 0.99]) within group (order by duration_ms) as duration,
       percentile_cont(array[0.5, 0.95, 0.99]) within group (order by time_to_first_token_ms) as first
     from (
       select duration_ms, time_to_first_token_ms from trace
       where team_id = $1 and id >= $2 and id < $3 order by id desc limit ${SCAN_ROWS}
     ) newest where duration_ms is not null`,
    [range.teamId, range.fromId, range.toId],
  );
  const [row] = rows;
  return {
    samples: row?.samples ?? 0,
    durationMs: toPercentiles(row?.duration),
    timeToFirstTokenMs: toPercentiles(row?.first),
  };
}

function toPercentiles(values: (number | null)[] | null | undefined): { p50: number; p95: number; p99: number } | null {
  const [p50, p95, p99] = values ?? [];
  return typeof p50 === "number" && typeof p95 === "number" && typeof p99 === "number" ? { p50, p95, p99 } : null;
}
