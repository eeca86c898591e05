import { countFacets, type FacetValue } from "#server/db/traces";
import type { ServiceContext } from "#server/services/context";
import { traceRange } from "#server/services/traces/trace-range";

export type TraceFacets = Record<FacetValue["field"], { value: string; count: number }[]>;

/** Values to filter by with how often each occurs, most first, among the newest 5,000 traces of the window. */
export async function listTraceFacets({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: { from?: number | undefined; to?: number | undefined };
}): Promise<TraceFacets> {
  const range = traceRange({
    teamId: ctx.principal.teamId,
    from: input.from ?? null,
    to: input.to ?? null,
    cursor: null,
  });
  const facets: TraceFacets = { status: [], model: [], provider: [], apiKeyId: [], tool: [] };
  for (const { field, value, count } of await countFacets(range)) facets[field].push({ value, count });
  return facets;
}
