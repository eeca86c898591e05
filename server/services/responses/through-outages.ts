import { clock, sleep } from "#server/clock";
import { config } from "#server/config";
import { isAppError } from "#server/errors";

/**
 * Runs a write that may be repeated, again each BACKGROUND_RETRY_SECONDS while the database cannot be reached, for
 * BACKGROUND_OUTAGE_SECONDS at most: an answer of an hour must not be lost to a failover of seconds.
 * @throws what `write` throws last
 */
export async function throughOutages<T>(write: () => Promise<T>): Promise<T> {
  const giveUpAt = clock().now() + config().BACKGROUND_OUTAGE_SECONDS;
  for (;;) {
    try {
      return await write();
    } catch (error) {
      const outage = isAppError(error) && error.code === "database_unavailable";
      if (!outage || clock().now() >= giveUpAt) throw error;
      await sleep(config().BACKGROUND_RETRY_SECONDS);
    }
  }
}
