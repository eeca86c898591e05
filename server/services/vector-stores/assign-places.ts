import type { TransactionClient } from "#server/db/client";
import { type QueueLine, readFileSizes, readQueueEnds } from "#server/db/ingest-queue";

/** Files below are read within a second or two. */
const SMALL_BYTES = 1024 * 1024;
/** Job priorities are four-byte integers. */
const LAST_PLACE = 2 ** 31 - 1;

interface QueuePlace {
  queueLine: QueueLine;
  /** The lowest goes first. */
  queuePlace: number;
}

/**
 * Gives files their turns by start-time fair queueing: each goes behind the last of its own line, but never before whoever
 * is next now. So the lines move on equally fast, however long they are: a team's thousands of files do not hold up
 * another's one, and large files (from 1 MiB, a place for each) hold up neither their own team's small ones.
 * @throws AppError database_unavailable
 */
export async function assignPlaces(
  teamId: string,
  fileIds: readonly string[],
  tx: TransactionClient,
): Promise<(fileId: string) => QueuePlace> {
  const sizes = await readFileSizes(teamId, fileIds, tx);
  const ends = await readQueueEnds(teamId, tx);
  const places = new Map<string, QueuePlace>();
  for (const fileId of fileIds) {
    const bytes = sizes.get(fileId) ?? 0;
    const queueLine = bytes < SMALL_BYTES ? "small" : "large";
    const cost = Math.max(1, Math.floor(bytes / SMALL_BYTES));
    ends[queueLine] = Math.min(Math.max(ends.next - 1, ends[queueLine]) + cost, LAST_PLACE);
    places.set(fileId, { queueLine, queuePlace: ends[queueLine] });
  }
  return (fileId) => places.get(fileId) ?? { queueLine: "small", queuePlace: ends.next };
}
