import { clock } from "#server/clock";
import { config } from "#server/config";
import { discardTextParts } from "#server/db/file-texts";
import { deleteFile, findBlobGarbage, findExpiredFiles, findFilesWithoutItem } from "#server/db/files";
import { removeBlob } from "#server/services/files/remove-blob";
import { removeInBatches } from "#server/services/files/remove-in-batches";

/** Rows of a quarter of a megabyte each. */
const TEXT_BATCH = 20;
/** A blob announced this long ago and still without a file, or a file without its item, is of work that died. */
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
 * Deletes files that have expired, or whose response was never stored, and removes bytes that no file and no part of an
 * upload owns and parts of texts that no text has, for all teams.
 * @throws AppError database_unavailable
 */
export async function sweepFiles(signal: AbortSignal): Promise<void> {
  const now = clock().now();
  await removeInBatches(signal, (limit) => findExpiredFiles(new Date(now), limit), deleteFile);
  const patient = new Date(now - UPLOAD_PATIENCE_MS);
  await removeInBatches(signal, (limit) => findFilesWithoutItem(patient, limit), deleteFile);
  await removeInBatches(signal, (limit) => findBlobGarbage(deadSince(now), limit), removeBlob);
  while ((await discardTextParts(deadSince(now), TEXT_BATCH)) === TEXT_BATCH) signal.throwIfAborted();
}
