import { clock } from "#server/clock";
import { sweepIdempotencyKeys } from "#server/db/idempotency";
import { log } from "#server/log";

/** Deletes idempotency keys whose time is over. Gives how many. */
export async function sweepExpiredKeys(): Promise<number> {
  const gone = await sweepIdempotencyKeys(clock().now());
  if (gone > 0) log().info({ gone }, "expired idempotency keys removed");
  return gone;
}
