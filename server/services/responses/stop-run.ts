import { readResponse } from "#server/db/responses";
import type { ServiceContext } from "#server/services/context";
import { findRun } from "#server/services/responses/active-runs";
import { stopBackground } from "#server/services/responses/cancel-response";
import { responseNotFound } from "#server/services/responses/get-response";
import { askRunner } from "#server/services/responses/run-orders";

/**
 * Stops a running response of the team's, on whichever node it runs and however it was asked for. It ends with status
 * `cancelled` and what it has said so far. One that has ended stays as it is.
 * @throws AppError not_found, database_unavailable
 */
export async function stopRun({ ctx, input }: { ctx: ServiceContext; input: { responseId: string } }): Promise<void> {
  const { responseId } = input;
  const { teamId } = ctx.principal;
  const key = { teamId, responseId };
  const local = findRun(teamId, responseId);
  if (local && !local.facts.background) {
    local.stop();
    return;
  }
  const stored = await readResponse(teamId, responseId);
  if (stored?.body.background) await stopBackground(key);
  else if (!stored && !(await askRunner("stop", key))) throw responseNotFound(responseId);
}
