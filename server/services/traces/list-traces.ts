import { findTraceRows, listTraceRows, type TraceFilter, type TraceListRow } from "#server/db/traces";
import type { ServiceContext } from "#server/services/context";
import { isTraceId, traceRange } from "#server/services/traces/trace-range";

export interface TracePage {
  /** Newest first. */
  rows: TraceListRow[];
  /** Give it back as `cursor` for older traces; null at the end. A page may be short or empty and still have one. */
  nextCursor: string | null;
  /** How far back this page looked, when there is more: shown where matches are rare. */
  searchedTo: Date | null;
}

export interface ListTracesInput extends TraceFilter {
  cursor?: string | undefined;
  limit: number;
  /** Began at or after, and before: epoch ms. */
  from?: number | undefined;
  to?: number | undefined;
}

const RESPONSE_ID = /^resp_[0-9a-zA-Z]+$/;

/**
 * A page of the team's traces by keyset. A search for a trace's or a response's id finds that one, whatever its age.
 * Throws invalid_value for a cursor that is none.
 */
export async function listTraces({ ctx, input }: { ctx: ServiceContext; input: ListTracesInput }): Promise<TracePage> {
  const { cursor, limit, from, to, ...rest } = input;
  const { teamId } = ctx.principal;
  const search = rest.search?.trim() || undefined;
  if (search && isTraceId(search)) {
    return { rows: await findTraceRows(teamId, [search]), nextCursor: null, searchedTo: null };
  }
  const filter: TraceFilter =
    search && RESPONSE_ID.test(search) ? { ...rest, search: undefined, responseId: search } : { ...rest, search };
  const range = traceRange({ teamId, from: from ?? null, to: to ?? null, cursor: cursor ?? null });
  const { rows, nextId } = await listTraceRows({ range, filter, limit });
  return {
    rows,
    nextCursor: nextId,
    searchedTo: nextId === null ? null : new Date(Number.parseInt(nextId.slice(0, 12), 16)),
  };
}
