import { clock } from "#server/clock";
import { computePercentiles, type LatencyPercentiles, listTraceRows, type TraceListRow } from "#server/db/traces";
import {
  type DayUsage,
  type KeyUsageRow,
  type ModelUsageRow,
  sumUsageByDay,
  sumUsageByKey,
  sumUsageByModel,
  type UsageSums,
} from "#server/db/usage";
import type { ServiceContext } from "#server/services/context";
import { traceRange } from "#server/services/traces/trace-range";
import { type TraceWriterState, traceWriterState } from "#server/tracing/writer";

const DAY_MS = 24 * 3_600_000;
const LATEST = 8;

export interface Overview {
  totals: UsageSums;
  /** Every UTC day of the window, oldest first, quiet days as zeros. */
  byDay: DayUsage[];
  byModel: ModelUsageRow[];
  byKey: KeyUsageRow[];
  /** Of the last 24 hours. */
  latency: LatencyPercentiles;
  /** Empty where the caller may not read traces. */
  recentErrors: TraceListRow[];
  latestTraces: TraceListRow[];
  /** What this process's trace queue lost since it started. */
  droppedTraces: Pick<TraceWriterState, "dropped" | "contentDropped">;
}

/**
 * The team's usage of the last `days` UTC days (today included) from the daily roll-up, with the latest errors, traces
 * and latency percentiles from a bounded number of traces.
 */
export async function getOverview({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: { days: number; includeTraces: boolean };
}): Promise<Overview> {
  const { teamId } = ctx.principal;
  const now = clock().now();
  const days = daysUntil(now, input.days);
  const usage = { teamId, fromDay: days[0] ?? toDay(now) };
  const lastDay = traceRange({ teamId, from: now - DAY_MS, to: null, cursor: null });
  const window = traceRange({ teamId, from: Date.parse(usage.fromDay), to: null, cursor: null });
  const tracesOf = async (status?: string) =>
    input.includeTraces ? (await listTraceRows({ range: window, filter: { status }, limit: LATEST })).rows : [];
  const [byDay, byModel, byKey, latency, recentErrors, latestTraces] = await Promise.all([
    sumUsageByDay(usage),
    sumUsageByModel(usage),
    sumUsageByKey(usage),
    computePercentiles(lastDay),
    tracesOf("error"),
    tracesOf(),
  ]);
  const known = new Map(byDay.map((day) => [day.day, day]));
  const { dropped, contentDropped } = traceWriterState();
  return {
    totals: byDay.reduce(addUsage, noUsage()),
    byDay: days.map((day) => known.get(day) ?? { day, ...noUsage() }),
    byModel,
    byKey,
    latency,
    recentErrors,
    latestTraces,
    droppedTraces: { dropped, contentDropped },
  };
}

function daysUntil(now: number, count: number): string[] {
  return Array.from({ length: count }, (_, index) => toDay(now - (count - 1 - index) * DAY_MS));
}

function toDay(epochMs: number): string {
  return new Date(epochMs).toISOString().slice(0, 10);
}

function noUsage(): UsageSums {
  return {
    requests: 0,
    failed: 0,
    inputTokens: 0,
    cachedTokens: 0,
    outputTokens: 0,
    reasoningTokens: 0,
    costUsd: 0,
    unpriced: 0,
    durationMsSum: 0,
    firstTokenMsSum: 0,
    firstTokenCount: 0,
  };
}

function addUsage(sum: UsageSums, day: UsageSums): UsageSums {
  return {
    requests: sum.requests + day.requests,
    failed: sum.failed + day.failed,
    inputTokens: sum.inputTokens + day.inputTokens,
    cachedTokens: sum.cachedTokens + day.cachedTokens,
    outputTokens: sum.outputTokens + day.outputTokens,
    reasoningTokens: sum.reasoningTokens + day.reasoningTokens,
    costUsd: sum.costUsd + day.costUsd,
    unpriced: sum.unpriced + day.unpriced,
    durationMsSum: sum.durationMsSum + day.durationMsSum,
    firstTokenMsSum: sum.firstTokenMsSum + day.firstTokenMsSum,
    firstTokenCount: sum.firstTokenCount + day.firstTokenCount,
  };
}
