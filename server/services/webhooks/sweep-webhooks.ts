import { clock } from "#server/clock";
import { config } from "#server/config";
import { findDueDeliveries, removeEndedDeliveries } from "#server/db/webhook-deliveries";
import { wakeDeliveries } from "#server/services/webhooks/delivery-job";

const DAY_MS = 24 * 3600 * 1000;
const BATCH = 500;

/**
 * Has deliveries sent whose job is lost with its process, and removes those from the log that ended longer ago than
 * WEBHOOK_LOG_RETENTION_DAYS. A delivery that only waits its turn gets a second job, which finds nothing to do.
 * @throws AppError database_unavailable
 */
export async function sweepWebhooks(signal: AbortSignal): Promise<void> {
  const now = clock().now();
  wakeDeliveries(await findDueDeliveries(new Date(now), BATCH));
  const before = new Date(now - config().WEBHOOK_LOG_RETENTION_DAYS * DAY_MS);
  while (!signal.aborted && (await removeEndedDeliveries(before, BATCH)) === BATCH);
}
