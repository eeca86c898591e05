import { clock } from "#server/clock";
import { config } from "#server/config";
import {
  deleteOldTraceRows,
  dropTracePartitions,
  longestTraceRetention,
  type TraceTable,
} from "#server/db/trace-partitions";
import { log } from "#server/log";

const DAY_MS = 24 * 3_600_000;
/** Rows of one delete: keeps each statement short. */
const BATCH = 1_000;

/**
 * Removes what is older than its team keeps it (never longer than TRACE_RETENTION_DAYS): whole monthly partitions where
 * all of one is, single rows else. Content has a retention of its own. Stops early when aborted; the next sweep goes on.
 * Gives what went, by table.
 */
export async function sweepTraces(
  signal: AbortSignal,
): Promise<Record<TraceTable, { partitions: string[]; rows: number }>> {
  const { TRACE_RETENTION_DAYS, TRACE_CONTENT_RETENTION_DAYS } = config();
  const longest = (await longestTraceRetention()) ?? TRACE_RETENTION_DAYS;
  const sweep = { now: clock().now(), longest, signal };
  const swept = {
    trace_payload: await sweepTable(
      "trace_payload",
      Math.min(TRACE_RETENTION_DAYS, TRACE_CONTENT_RETENTION_DAYS),
      sweep,
    ),
    span: await sweepTable("span", TRACE_RETENTION_DAYS, sweep),
    trace: await sweepTable("trace", TRACE_RETENTION_DAYS, sweep),
  };
  log().info({ swept }, "old traces removed");
  return swept;
}

async function sweepTable(
  table: TraceTable,
  maxDays: number,
  { now, longest, signal }: { now: number; longest: number; signal: AbortSignal },
): Promise<{ partitions: string[]; rows: number }> {
  const partitions = await dropTracePartitions(table, now - Math.min(longest, maxDays) * DAY_MS);
  let rows = 0;
  for (let gone = BATCH; gone === BATCH && !signal.aborted; rows += gone) {
    gone = await deleteOldTraceRows(table, { now, maxDays }, BATCH);
  }
  return { partitions, rows };
}
