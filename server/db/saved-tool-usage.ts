import { queryRows } from "#server/db/query";

export interface SavedToolUsage {
  toolId: string;
  /** When it was last called, however long ago. */
  lastUsedAt: Date | null;
  /** Of the window, at most the newest 5,000. */
  calls: number;
  errors: number;
  /** Milliseconds; null without calls. */
  p95Ms: number | null;
}

const NEWEST = 5000;

/** How often each of a team's tools was called since `fromId` (a trace's id), from the spans of those calls. */
export async function computeToolUsage(input: {
  teamId: string;
  toolIds: readonly string[];
  fromId: string;
}): Promise<SavedToolUsage[]> {
  return queryRows<SavedToolUsage>(
    `select tool.id as "toolId", newest."lastUsedAt", used.calls, used.errors, used."p95Ms"
     from unnest($2::text[]) as tool(id)
     left join lateral (
       select started_at as "lastUsedAt" from span
       where team_id = $1 and kind = 'tool' and attributes ->> 'savedToolId' = tool.id order by id desc limit 1
     ) newest on true
     cross join lateral (
       select count(*)::int as calls, (count(*) filter (where status = 'error'))::int as errors,
         percentile_cont(0.95) within group (order by duration_ms) as "p95Ms"
       from (
         select status, duration_ms from span
         where team_id = $1 and kind = 'tool' and attributes ->> 'savedToolId' = tool.id and id >= $3
         order by id desc limit ${NEWEST}
       ) called
     ) used`,
    [input.teamId, input.toolIds, input.fromId],
  );
}

/** Of one function among a tool's; a server has many. */
export interface ToolCallUsage {
  /** As the model and traces know it. */
  tool: string;
  lastUsedAt: Date;
  calls: number;
  errors: number;
  /** Milliseconds. */
  p95Ms: number;
}

/** How each function of a tool was called since `fromId`, from its newest 5,000 calls; the most called first. */
export async function computeCallUsage(input: {
  teamId: string;
  toolId: string;
  fromId: string;
}): Promise<ToolCallUsage[]> {
  return queryRows<ToolCallUsage>(
    `select tool, max(started_at) as "lastUsedAt", count(*)::int as calls,
       (count(*) filter (where status = 'error'))::int as errors,
       percentile_cont(0.95) within group (order by duration_ms) as "p95Ms"
     from (
       select attributes ->> 'tool' as tool, started_at, status, duration_ms from span
       where team_id = $1 and kind = 'tool' and attributes ->> 'savedToolId' = $2 and id >= $3
       order by id desc limit ${NEWEST}
     ) called
     where tool is not null group by tool order by calls desc, tool`,
    [input.teamId, input.toolId, input.fromId],
  );
}
