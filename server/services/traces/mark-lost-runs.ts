import { log } from "#server/log";
import { sweepLostTraces } from "#server/tracing/writer";

/** Marks runs as lost whose process has been silent for 30 s. Gives how many. */
export async function markLostRuns(): Promise<number> {
  const lost = await sweepLostTraces();
  if (lost > 0) log().warn({ lost }, "runs of a process that ended were marked as lost");
  return lost;
}
