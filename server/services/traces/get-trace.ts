import { findSpans, findTraceRows, type TraceListRow } from "#server/db/traces";
import type { ServiceContext } from "#server/services/context";
import { type TreeSpan, toSpanTree } from "#server/services/traces/span-tree";
import { isTraceId, traceNotFound } from "#server/services/traces/trace-range";

/**
 * A trace and its spans in tree order, without content. Running and lost traces have no spans yet.
 * Throws not_found for unknown and foreign ids.
 */
export async function getTrace({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: { traceId: string };
}): Promise<{ trace: TraceListRow; spans: TreeSpan[] }> {
  if (!isTraceId(input.traceId)) throw traceNotFound(input.traceId);
  const { teamId } = ctx.principal;
  const [[trace], spans] = await Promise.all([
    findTraceRows(teamId, [input.traceId]),
    findSpans(teamId, input.traceId),
  ]);
  if (!trace) throw traceNotFound(input.traceId);
  return { trace, spans: toSpanTree(spans) };
}
