import { clock } from "#server/clock";
import { findExpiredResponses, findOldResponses, removeOldEvents, removeResponses } from "#server/db/response-removal";
import { listResponseRetentions } from "#server/db/teams";
import { log } from "#server/log";

const DAY_MS = 24 * 3_600_000;
/** Responses of one transaction, and events of one statement: keeps each short. */
const BATCH = 20;
const EVENT_BATCH = 1_000;

/**
 * Removes every team's responses that are older than it keeps them, with their logs and the items that nothing else
 * holds. Stops early when aborted; the next sweep goes on. Gives how many responses went.
 * @throws AppError database_unavailable
 */
export async function sweepOldResponses(signal: AbortSignal): Promise<number> {
  let removed = 0;
  for (const team of await listResponseRetentions()) {
    const before = clock().now() - team.days * DAY_MS;
    for (let full = true; full && !signal.aborted; ) {
      const ids = await findOldResponses(team.id, before, BATCH);
      removed += await removeResponses(team.id, ids);
      full = ids.length === BATCH;
    }
    for (let full = true; full && !signal.aborted; ) {
      full = (await removeOldEvents(team.id, before, EVENT_BATCH)) === EVENT_BATCH;
    }
  }
  if (removed > 0) log().info({ removed }, "old responses removed");
  return removed;
}

/**
 * Removes background responses that were not to be stored, BACKGROUND_UNSTORED_TTL_SECONDS after their end. Gives how many.
 * @throws AppError database_unavailable
 */
export async function sweepUnstoredResponses(signal: AbortSignal): Promise<number> {
  let removed = 0;
  for (let full = true; full && !signal.aborted; ) {
    const expired = await findExpiredResponses(clock().now(), BATCH);
    for (const { teamId, responseId } of expired) removed += await removeResponses(teamId, [responseId]);
    full = expired.length === BATCH;
  }
  return removed;
}
