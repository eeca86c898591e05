import type { TransactionClient } from "#server/db/client";
import { type QueueLine, readQueueEnds } from "#server/db/ingest-queue";

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
 * another's one, and large files (from 1 MiB, a place for each) hold up neither their own team's small ones. Answers the
 * files, of which it looks at the size, in the order given.
 * @throws AppError database_unavailable
 */
export async function assignPlaces<File extends { bytes: number }>(
  teamId: string,
  files: readonly File[],
  tx: TransactionClient,
): Promise<(File & QueuePlace)[]> {
  const ends = await readQueueEnds(teamId, tx);
  return files.map((file) => {
    const queueLine = file.bytes < SMALL_BYTES ? "small" : "large";
    const cost = Math.max(1, Math.floor(file.bytes / SMALL_BYTES));
    ends[queueLine] = Math.min(Math.max(ends.next - 1, ends[queueLine]) + cost, LAST_PLACE);
    return { ...file, queueLine, queuePlace: ends[queueLine] };
  });
}
