import { clock } from "#server/clock";
import { removeOldChatCompletions } from "#server/db/chat-completions";
import { listResponseRetentions } from "#server/db/teams";
import { log } from "#server/log";

const DAY_MS = 24 * 3_600_000;
/** Completions of one statement: keeps each short. */
const BATCH = 100;

/**
 * Removes every team's chat completions that are older than it keeps responses. Stops early when aborted; the next
 * sweep goes on. Gives how many went.
 * @throws AppError database_unavailable
 */
export async function sweepOldChatCompletions(signal: AbortSignal): Promise<number> {
  let removed = 0;
  for (const team of await listResponseRetentions()) {
    const before = clock().now() - team.days * DAY_MS;
    for (let full = true; full && !signal.aborted; ) {
      const gone = await removeOldChatCompletions(team.id, before, BATCH);
      removed += gone;
      full = gone === BATCH;
    }
  }
  if (removed > 0) log().info({ removed }, "old chat completions removed");
  return removed;
}
