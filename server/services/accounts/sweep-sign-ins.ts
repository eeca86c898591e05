import { clock } from "#server/clock";
import { config } from "#server/config";
import { deleteEndedSessions } from "#server/db/sessions";
import { deleteOldAttempts } from "#server/db/sign-in-attempts";

const KEEP_ENDED_SESSIONS_MS = 30 * 24 * 3600 * 1000;

/** Removes sessions that ended a month ago and counts of sign-in attempts whose window is over. */
export async function sweepSignIns(): Promise<void> {
  const now = clock().now();
  await deleteEndedSessions(new Date(now - KEEP_ENDED_SESSIONS_MS));
  await deleteOldAttempts(new Date(now - config().SIGN_IN_WINDOW_SECONDS));
}
