import { clock } from "#server/clock";
import { log } from "#server/log";

const REPORT_MS = 60_000;

/** A request that leaves no trace. */
export interface UntracedRequest {
  requestId: string | undefined;
  /** A line of the route table, or what stands for paths that are none: never the path itself. */
  route: string;
  status: number;
  /** When it arrived, on `performance.now()`. */
  startedAt: number;
}

/** By route and status, since the last report. Bounded by the route table. */
const holder = globalThis as typeof globalThis & { rejoinderUntraced?: Map<string, number> };

/**
 * Notes what no trace tells of: refusals of strangers and look-ups. Each is a line in the log (`info` for refusals, else
 * `debug`), and counts in the sum of its minute.
 */
export function noteRequest({ requestId, route, status, startedAt }: UntracedRequest): void {
  const line = { requestId, route, status, ms: Math.round(performance.now() - startedAt) };
  if (status >= 400) log().info(line, "request refused");
  else log().debug(line, "request");
  if (!holder.rejoinderUntraced) {
    holder.rejoinderUntraced = new Map();
    clock().after(REPORT_MS, report);
  }
  const key = `${route} ${status}`;
  holder.rejoinderUntraced.set(key, (holder.rejoinderUntraced.get(key) ?? 0) + 1);
}

function report(): void {
  const counts = Object.fromEntries(holder.rejoinderUntraced ?? []);
  holder.rejoinderUntraced = undefined;
  log().info({ counts }, "requests without a trace in the last minute");
}
