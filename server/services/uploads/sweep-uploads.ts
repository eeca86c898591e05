import { clock } from "#server/clock";
import { config } from "#server/config";
import { discardUploadParts, expireUploads, forgetUploads } from "#server/db/upload-sweeps";
import { PARTS_BATCH } from "#server/services/uploads/discard-parts";

const BATCH = 500;

/**
 * Ends uploads that nobody has completed in time, leaves the parts of all that have ended to the sweep of files, and
 * forgets uploads long ended; for all teams. A completion that began in time has UPLOAD_COMPLETION_SECONDS to end.
 * @throws AppError database_unavailable
 */
export async function sweepUploads(signal: AbortSignal): Promise<void> {
  const { UPLOAD_COMPLETION_SECONDS: completionMs, UPLOAD_RETENTION_SECONDS: retentionMs } = config();
  const now = clock().now();
  await inBatches(BATCH, signal, () => expireUploads(new Date(now - completionMs), BATCH));
  await inBatches(PARTS_BATCH, signal, () => discardUploadParts(null, PARTS_BATCH));
  await inBatches(BATCH, signal, () => forgetUploads(new Date(now - retentionMs), BATCH));
}

async function inBatches(size: number, signal: AbortSignal, run: () => Promise<number>): Promise<void> {
  do signal.throwIfAborted();
  while ((await run()) === size);
}
