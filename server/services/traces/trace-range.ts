import type { TraceRange } from "#server/db/traces";
import { AppError } from "#server/errors";
import { hexFloorOf } from "#server/ids";

const TRACE_ID = /^[0-9a-f]{32}$/;
const LAST_ID = "g";

/** The ids of a team's traces that began between two moments (epoch ms; null: no bound) and before a cursor. */
export function traceRange(input: {
  teamId: string;
  from: number | null;
  to: number | null;
  cursor: string | null;
}): TraceRange {
  const upper = input.to === null ? LAST_ID : hexFloorOf(input.to);
  if (input.cursor !== null) requireTraceId(input.cursor, "cursor");
  const toId = input.cursor !== null && input.cursor < upper ? input.cursor : upper;
  return { teamId: input.teamId, fromId: input.from === null ? "" : hexFloorOf(input.from), toId };
}

/** Throws invalid_value when `id` is not spelt like a trace id. */
export function requireTraceId(id: string, param: string): void {
  if (!TRACE_ID.test(id))
    throw new AppError("invalid_value", `'${param}' must be a trace id: 32 hex digits.`, { param });
}

/** The error of unknown and foreign traces alike. */
export function traceNotFound(traceId: string): AppError {
  return new AppError("not_found", `No trace found with id '${traceId.slice(0, 64)}'.`, { param: "traceId" });
}

/** True when `text` is spelt like a trace id. */
export function isTraceId(text: string): boolean {
  return TRACE_ID.test(text);
}
