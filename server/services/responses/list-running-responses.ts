import { listRunningRows } from "#server/db/response-list";
import type { ServiceContext } from "#server/services/context";
import { runsOf } from "#server/services/responses/active-runs";

/** A response that runs or waits to be run, on whichever node. */
export interface RunningResponseView {
  id: string;
  /** As the caller sees it. */
  model: string;
  status: "queued" | "in_progress";
  background: boolean;
  startedAt: Date;
  apiKeyId: string | null;
  userId: string | null;
  /** False: it can be stopped, not watched. */
  keepsContent: boolean;
}

const LIMIT = 200;

/**
 * The team's running responses, newest first, at most 200 of each kind. A foreground response of another node is among
 * them once it has run for a second.
 * @throws AppError database_unavailable
 */
export async function listRunningResponses({ ctx }: { ctx: ServiceContext }): Promise<RunningResponseView[]> {
  const { teamId } = ctx.principal;
  const known = new Map<string, RunningResponseView>();
  for (const { responseId, ...row } of await listRunningRows(teamId, LIMIT))
    known.set(responseId, { id: responseId, ...row });
  for (const { responseId, startedAt, model, background, apiKeyId, userId, keepsContent } of runsOf(teamId)) {
    const view = { id: responseId, model, background, apiKeyId, userId, keepsContent };
    known.set(responseId, { ...view, status: "in_progress", startedAt: new Date(startedAt) });
  }
  return [...known.values()].sort((a, b) => (a.id < b.id ? 1 : -1));
}
