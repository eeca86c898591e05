import { clock } from "#server/clock";
import { config } from "#server/config";
import { inTransaction, type TransactionClient } from "#server/db/client";
import { holdFiles } from "#server/db/files";
import { statementSlices } from "#server/db/statement-slices";
import {
  type AttributeValue,
  countQueuedFiles,
  findPresentFiles,
  replaceAttributes,
  type StoredChunking,
  upsertVectorStoreFiles,
} from "#server/db/vector-store-files";
import { holdVectorStore } from "#server/db/vector-stores";
import { AppError } from "#server/errors";
import { timeOrderedHex } from "#server/ids";
import { enqueueAll, ensureQueue } from "#server/jobs/queue";
import type { ChunkingStrategy } from "#server/protocol/vector-stores";
import { fileNotFound } from "#server/services/files/file-object";
import { assignPlaces } from "#server/services/vector-stores/assign-places";
import { sameChunking, toStoredChunking } from "#server/services/vector-stores/chunking";
import { ingestFileJob } from "#server/services/vector-stores/ingest-job";
import { vectorStoreNotFound } from "#server/services/vector-stores/vector-store-view";

export interface FileToAdd {
  fileId: string;
  /** Where the request names the file, for its error. */
  param: string;
  attributes: Record<string, AttributeValue>;
  /** Null: as the store cuts. */
  strategy: ChunkingStrategy | null;
}

interface Addition {
  /** One of {@link inIngestTransaction}. */
  tx: TransactionClient;
  store: { teamId: string; vectorStoreId: string };
  /** Of a file that is named twice, the last counts. */
  files: readonly FileToAdd[];
  /**
   * What becomes of a file that is in the store and read, or about to be: it is read anew, or, while it is cut the same
   * way, only gets the new attributes.
   */
  present: "read anew" | "keep";
}

/**
 * A transaction in which {@link addFiles} may run: the queue is made before it begins, since the embedded database lets
 * nobody else work while a transaction is open.
 */
export async function inIngestTransaction<T>(run: (tx: TransactionClient) => Promise<T>): Promise<T> {
  await ensureQueue(ingestFileJob);
  return inTransaction(run);
}

/**
 * Puts files into a store and enqueues their ingestion, all in the caller's transaction: there is never a file without
 * a job or a job without its file. Answers the ids of the files, each once.
 * @throws AppError not_found for a store or file the team does not have; rate_limit_exceeded when INGEST_MAX_QUEUED_FILES of the
 *   team's files wait already; database_unavailable
 */
export async function addFiles({ tx, store, files, present }: Addition): Promise<string[]> {
  const unique = new Map(files.map((file) => [file.fileId, file]));
  const held = await holdVectorStore(store, tx);
  if (held === null) throw vectorStoreNotFound(store.vectorStoreId);
  const sized = await requireFiles({ tx, store, files: [...unique.values()] });
  const found = sized.map((file) => ({ ...file, chunking: toStoredChunking(file.strategy, held.chunkingStrategy) }));
  // Locked in the same order by everybody, so that two requests with the same files do not wait for each other.
  const sorted = found.sort((a, b) => (a.fileId < b.fileId ? -1 : 1));
  let hasRoom = false;
  for (const slice of statementSlices(sorted)) {
    const kept = present === "keep" ? await keepUsable({ tx, store, files: slice }) : new Set<string>();
    const added = slice.filter((file) => !kept.has(file.fileId));
    if (added.length === 0) continue;
    if (!hasRoom) await requireRoom(store.teamId, tx);
    hasRoom = true;
    await enqueueFiles({ tx, store, files: added });
  }
  return sorted.map((file) => file.fileId);
}

type Part = Omit<Addition, "present">;

type SizedFile = FileToAdd & { bytes: number };
type CutFile = SizedFile & { chunking: StoredChunking };
type CutPart = Omit<Part, "files"> & { files: readonly CutFile[] };

async function requireFiles({ tx, store, files }: Part): Promise<SizedFile[]> {
  const now = new Date(clock().now());
  const sizes = new Map<string, number>();
  for (const slice of statementSlices(files)) {
    const ids = slice.map((file) => file.fileId);
    for (const { id, bytes } of await holdFiles({ teamId: store.teamId, ids, now }, tx)) sizes.set(id, bytes);
  }
  return files.map((file) => {
    const bytes = sizes.get(file.fileId);
    if (bytes === undefined) throw fileNotFound(file.fileId, file.param);
    return { ...file, bytes };
  });
}

/** Gives files that need not be read their new attributes, and answers which they are. */
async function keepUsable({ tx, store, files }: CutPart): Promise<Set<string>> {
  const ids = files.map((file) => file.fileId);
  const rows = new Map((await findPresentFiles(store, ids, tx)).map((row) => [row.fileId, row]));
  const usable = files.filter(({ fileId, chunking }) => {
    const row = rows.get(fileId);
    const isRead = row?.status === "completed" || row?.status === "in_progress";
    return isRead && sameChunking(row.chunkingStrategy, chunking);
  });
  if (usable.length > 0) await replaceAttributes(store, usable, tx);
  return new Set(usable.map((file) => file.fileId));
}

/** A request that finds room is let in whole, however many files it has: else one might never be. */
async function requireRoom(teamId: string, tx: TransactionClient): Promise<void> {
  const { INGEST_MAX_QUEUED_FILES: limit, INGEST_QUEUE_RETRY_SECONDS: retryAfterMs } = config();
  if ((await countQueuedFiles(teamId, limit, tx)) < limit) return;
  const message = `${limit} files of your team are waiting to be read, the most that may. Try again when some are done.`;
  throw new AppError("rate_limit_exceeded", message, { retryAfterMs });
}

async function enqueueFiles({ tx, store, files }: CutPart): Promise<void> {
  const createdAt = new Date(clock().now());
  const placed = await assignPlaces(store.teamId, files, tx);
  const rows = placed.map(({ fileId, attributes, chunking, queueLine, queuePlace }) => ({
    fileId,
    attributes,
    chunkingStrategy: chunking,
    ingestId: timeOrderedHex(),
    createdAt,
    queueLine,
    queuePlace,
  }));
  await upsertVectorStoreFiles(store, rows, tx);
  const jobs = rows.map(({ fileId, ingestId, queuePlace }) => ({
    id: ingestId,
    payload: { ...store, fileId, ingestId },
    priority: -queuePlace,
  }));
  await enqueueAll(ingestFileJob, jobs, tx);
}
