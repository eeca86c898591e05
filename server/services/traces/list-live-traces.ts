import { findTraceRows, listTraceRows, type TraceListRow } from "#server/db/traces";
import type { ServiceContext } from "#server/services/context";
import { requireTraceId } from "#server/services/traces/trace-range";

/** More new traces than this are told as "100+". */
const MAX_NEWER = 100;
const MAX_WATCHED = 100;

/**
 * What changed since a list was read: traces newer than `after` (at most 100), and the present rows of those that were
 * `running` then. Throws invalid_value for an id that is none.
 */
export async function listLiveTraces({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: { after: string; running: string[] };
}): Promise<{ newer: TraceListRow[]; hasMore: boolean; updated: TraceListRow[] }> {
  requireTraceId(input.after, "after");
  const { teamId } = ctx.principal;
  const watched = input.running.slice(0, MAX_WATCHED);
  const range = { teamId, fromId: `${input.after}0`, toId: "g" };
  const [page, updated] = await Promise.all([
    listTraceRows({ range, filter: {}, limit: MAX_NEWER }),
    watched.length > 0 ? findTraceRows(teamId, watched) : [],
  ]);
  return { newer: page.rows, hasMore: page.nextId !== null, updated };
}
