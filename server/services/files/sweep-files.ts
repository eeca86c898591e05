import { clock } from "#server/clock";
import { config } from "#server/config";
import { deleteFile, findBlobGarbage, findExpiredFiles } from "#server/db/files";
import { removeBlob } from "#server/services/files/remove-blob";

const BATCH = 200;
/** A blob announced this long ago and still without a file belongs to an upload that died. */
const UPLOAD_PATIENCE_MS = 24 * 3600 * 1000;

const PROCESS_BEGAN = clock().now() - process.uptime() * 1000;

/**
 * Before when an announced blob has no upload any more. Embedded, this process is the only one: what was announced before
 * it began is dead at once.
 */
function deadSince(now: number): Date {
  const patient = now - UPLOAD_PATIENCE_MS;
  return new Date(config().embedded ? Math.max(patient, PROCESS_BEGAN) : patient);
}

/**
 * Deletes files that have expired and removes bytes that no file owns, for all teams.
 * @throws AppError database_unavailable
 */
export async function sweepFiles(signal: AbortSignal): Promise<void> {
  const now = clock().now();
  for (const scope of await findExpiredFiles(new Date(now), BATCH)) {
    signal.throwIfAborted();
    await deleteFile(scope);
  }
  for (const scope of await findBlobGarbage(deadSince(now), BATCH)) {
    signal.throwIfAborted();
    await removeBlob(scope);
  }
}
