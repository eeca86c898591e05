import { clock } from "#server/clock";
import { inTransaction, type TransactionClient } from "#server/db/client";
import { findFileIds } from "#server/db/files";
import { type AttributeValue, upsertVectorStoreFiles } from "#server/db/vector-store-files";
import { timeOrderedHex } from "#server/ids";
import { enqueue, ensureQueue } from "#server/jobs/queue";
import type { ChunkingStrategy } from "#server/protocol/vector-stores";
import { fileNotFound } from "#server/services/files/file-object";
import { toStoredChunking } from "#server/services/vector-stores/chunking";
import { ingestFileJob } from "#server/services/vector-stores/ingest-job";

export interface FileToAdd {
  fileId: string;
  /** Where the request names the file, for its error. */
  param: string;
  attributes: Record<string, AttributeValue>;
  strategy: ChunkingStrategy | null;
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
 * a job or a job without its file. The transaction is one of {@link inIngestTransaction}.
 * @throws AppError not_found for a file the team does not have, database_unavailable
 */
export async function addFiles({
  tx,
  store,
  files,
}: {
  tx: TransactionClient;
  store: { teamId: string; vectorStoreId: string };
  files: readonly FileToAdd[];
}): Promise<void> {
  if (files.length === 0) return;
  const createdAt = new Date(clock().now());
  const unique = [...new Map(files.map((file) => [file.fileId, file])).values()];
  const ids = unique.map((file) => file.fileId);
  const known = await findFileIds({ teamId: store.teamId, ids, now: createdAt }, tx);
  const missing = unique.find((file) => !known.has(file.fileId));
  if (missing) throw fileNotFound(missing.fileId, missing.param);
  const rows = unique.map((file) => ({
    fileId: file.fileId,
    attributes: file.attributes,
    chunkingStrategy: toStoredChunking(file.strategy),
    ingestId: timeOrderedHex(),
    createdAt,
  }));
  await upsertVectorStoreFiles(store, rows, tx);
  for (const { fileId, ingestId } of rows) {
    await enqueue(ingestFileJob, { ...store, fileId, ingestId }, { tx });
  }
}
