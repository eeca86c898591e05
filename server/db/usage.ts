import { queryRows } from "#server/db/query";

/** Sums over requests. Tokens include those of unpriced requests, `costUsd` does not. */
export interface UsageSums {
  requests: number;
  failed: number;
  inputTokens: number;
  cachedTokens: number;
  outputTokens: number;
  reasoningTokens: number;
  costUsd: number;
  /** Requests whose tokens have no known price. */
  unpriced: number;
  durationMsSum: number;
  firstTokenMsSum: number;
  firstTokenCount: number;
}

/** `day` is a UTC day, `2026-11-22`. */
export type DayUsage = UsageSums & { day: string };
/** `model` is empty for requests without one. */
export type ModelUsageRow = UsageSums & { model: string; provider: string };
/** `apiKeyId` is empty for the dashboard; `name` is null for it and for removed keys. */
export type KeyUsageRow = UsageSums & { apiKeyId: string; name: string | null };

const SUMS = `sum(requests)::float8 as requests, sum(failed)::float8 as failed,
  sum(input_tokens)::float8 as "inputTokens", sum(cached_tokens)::float8 as "cachedTokens",
  sum(output_tokens)::float8 as "outputTokens", sum(reasoning_tokens)::float8 as "reasoningTokens",
  sum(cost_usd) as "costUsd", sum(unpriced)::float8 as unpriced, sum(duration_ms_sum) as "durationMsSum",
  sum(first_token_ms_sum) as "firstTokenMsSum", sum(first_token_count)::float8 as "firstTokenCount"`;

/** Rows of a break-down; the long tail is left out. */
const TOP = 50;

export interface UsageRange {
  teamId: string;
  /** First UTC day, inclusive. */
  fromDay: string;
}

/** A team's usage by day, oldest first. Days without requests have no row. */
export async function sumUsageByDay(range: UsageRange): Promise<DayUsage[]> {
  const rows = await queryRows<DayUsage>(
    `select day::text as day, ${SUMS} from usage_daily where team_id = $1 and day >= $2::date group by 1 order by 1`,
    [range.teamId, range.fromDay],
  );
  return rows;
}

/** A team's usage by model, most requests first, at most 50. */
export async function sumUsageByModel(range: UsageRange): Promise<ModelUsageRow[]> {
  const rows = await queryRows<ModelUsageRow>(
    `select model, provider, ${SUMS} from usage_daily
     where team_id = $1 and day >= $2::date and model <> '' group by 1, 2 order by sum(requests) desc, 1 limit ${TOP}`,
    [range.teamId, range.fromDay],
  );
  return rows;
}

/** A team's usage by key, most requests first, at most 50. */
export async function sumUsageByKey(range: UsageRange): Promise<KeyUsageRow[]> {
  const rows = await queryRows<KeyUsageRow>(
    `select usage.*, k.name from (
       select team_id, api_key_id as "apiKeyId", ${SUMS} from usage_daily
       where team_id = $1 and day >= $2::date group by 1, 2 order by sum(requests) desc, 2 limit ${TOP}
     ) usage left join api_key k on k.team_id = usage.team_id and k.id = usage."apiKeyId"
     order by requests desc, "apiKeyId"`,
    [range.teamId, range.fromDay],
  );
  return rows;
}
