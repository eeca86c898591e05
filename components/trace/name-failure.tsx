import type { TraceRow } from "#components/trace/trace-types";

/** What failed and how, for a trace whose message was not kept. */
export function nameFailure({ name, errorCode }: Pick<TraceRow, "name" | "errorCode">): string {
  return errorCode === null ? `${name} failed` : `${name}: ${errorCode}`;
}
