import { config } from "#server/config";
import { requestCancel, takeBackgroundRun } from "#server/db/background-runs";
import type { LogKey } from "#server/db/response-events";
import { readResponse } from "#server/db/responses";
import { AppError } from "#server/errors";
import type { ResponseResource } from "#server/protocol/response";
import type { ServiceContext } from "#server/services/context";
import { findRun } from "#server/services/responses/active-runs";
import { endBrokenOff } from "#server/services/responses/end-background";
import { waitForEnd } from "#server/services/responses/follow-log";
import { getResponse, responseNotFound } from "#server/services/responses/get-response";
import { giveOrder } from "#server/services/responses/run-orders";

/**
 * Stops a background response on whichever node runs it, and resolves when it has ended. One that no process runs, or
 * whose process does not answer in BACKGROUND_CANCEL_PATIENCE_SECONDS, is ended here. One that has ended stays as it is.
 * @throws AppError database_unavailable
 */
export async function stopBackground(key: LogKey): Promise<void> {
  const starts = await requestCancel(key);
  if (starts === null) return;
  const patience = config().BACKGROUND_CANCEL_PATIENCE_SECONDS;
  if (starts > 0) {
    const local = findRun(key.teamId, key.responseId);
    if (local) local.stop();
    else giveOrder("stop", key);
    if (await waitForEnd(key, patience)) return;
  }
  const run = await takeBackgroundRun(key);
  // Somebody who takes it in between finds the cancellation and ends it as well.
  if (run && !(await endBrokenOff(key, run, { status: "cancelled" }))) await waitForEnd(key, patience);
}

/**
 * Cancels the team's background response and gives it as it stands then: with what it has said and the usage known so
 * far. One that has ended is given unchanged.
 * @throws AppError not_found; invalid_request for one that is no background response; database_unavailable
 */
export async function cancelResponse({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: { responseId: string };
}): Promise<ResponseResource> {
  const { responseId } = input;
  const { teamId } = ctx.principal;
  const stored = await readResponse(teamId, responseId);
  if (!stored) throw responseNotFound(responseId);
  if (!stored.body.background) {
    throw new AppError("invalid_request", "Cannot cancel a synchronous response.", {
      param: "response_id",
      wireCode: null,
    });
  }
  await stopBackground({ teamId, responseId });
  return getResponse({ ctx, input });
}
