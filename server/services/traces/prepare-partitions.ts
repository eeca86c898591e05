import { clock } from "#server/clock";
import { ensureTracePartitions } from "#server/db/trace-partitions";
import { log } from "#server/log";

/** Makes the trace tables' partitions of this month and the next two where they are missing. Gives their names. */
export async function preparePartitions(): Promise<string[]> {
  const made = await ensureTracePartitions(clock().now());
  if (made.length > 0) log().info({ partitions: made }, "trace partitions made");
  return made;
}
