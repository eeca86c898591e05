import { removeResponses } from "#server/db/response-removal";
import type { ServiceContext } from "#server/services/context";
import { findRun } from "#server/services/responses/active-runs";
import { announceEvents } from "#server/services/responses/event-log";
import { responseNotFound } from "#server/services/responses/get-response";
import { giveOrder } from "#server/services/responses/run-orders";

/**
 * Deletes the team's response, its event log, and those of its items that nothing else holds. A background response
 * that still runs is stopped and leaves nothing.
 * @throws AppError not_found, database_unavailable
 */
export async function deleteResponse({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: { responseId: string };
}): Promise<{ id: string; object: "response"; deleted: true }> {
  const { responseId } = input;
  const { teamId } = ctx.principal;
  const deleted = await removeResponses(teamId, [responseId]);
  if (deleted === 0) throw responseNotFound(responseId);
  const local = findRun(teamId, responseId);
  if (local) local.stop();
  else giveOrder("stop", { teamId, responseId });
  // Whoever follows it finds it gone, and ends.
  announceEvents(responseId, -1);
  return { id: responseId, object: "response", deleted: true };
}
