import { clock } from "#server/clock";
import { config } from "#server/config";
import { deleteOldTraceRows, dropTracePartitions, type TraceTable } from "#server/db/trace-partitions";
import { log } from "#server/log";

const DAY_MS = 24 * 3_600_000;
/** Rows of one delete: keeps each statement short. */
const BATCH = 1_000;

/**
 * Removes what is older than its retention: whole monthly partitions where all of one is, single rows else. Content has
 * a retention of its own. Stops early when aborted; the next sweep goes on. Gives what went, by table.
 */
export async function sweepTraces(
  signal: AbortSignal,
): Promise<Record<TraceTable, { partitions: string[]; rows: number }>> {
  const now = clock().now();
  const kept = now - config().TRACE_RETENTION_DAYS * DAY_MS;
  const keptContent = Math.max(kept, now - config().TRACE_CONTENT_RETENTION_DAYS * DAY_MS);
  const swept = {
    trace_payload: await sweepTable("trace_payload", keptContent, signal),
    span: await sweepTable("span", kept, signal),
    trace: await sweepTable("trace", kept, signal),
  };
  log().info({ swept }, "old traces removed");
  return swept;
}

async function sweepTable(
  table: TraceTable,
  before: number,
  signal: AbortSignal,
): Promise<{ partitions: string[]; rows: number }> {
  const partitions = await dropTracePartitions(table, before);
  let rows = 0;
  for (let gone = BATCH; gone === BATCH && !signal.aborted; rows += gone) {
    gone = await deleteOldTraceRows(table, before, BATCH);
  }
  return { partitions, rows };
}
