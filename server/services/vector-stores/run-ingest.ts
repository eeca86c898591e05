import { clock } from "#server/clock";
import { config } from "#server/config";
import { findWrittenOrdinals, insertChunks, type NewChunk } from "#server/db/chunks";
import { type FileRow, findFile } from "#server/db/files";
import { completeIngest, type IngestScope, recordStep } from "#server/db/ingests";
import { refreshAfterWrites } from "#server/db/table-maintenance";
import { findVectorStoreFile, type IngestStep, type VectorStoreFileRow } from "#server/db/vector-store-files";
import { findVectorStore, pinDimensions, type VectorStoreRow } from "#server/db/vector-stores";
import { log } from "#server/log";
import type { DocumentChunk } from "#server/retrieval/chunk/chunk-document";
import { runInWorker } from "#server/retrieval/parse/worker-pool";
import { detectTextConfiguration } from "#server/retrieval/search/detect-language";
import type { ServiceContext } from "#server/services/context";
import { readDocument } from "#server/services/files/read-document";
import { resolveEmbeddingModel } from "#server/services/models/resolve-embedding-model";
import { embedChunks } from "#server/services/vector-stores/embed-chunks";

/** Thrown inside to stop at once, caught inside: the file was detached, deleted or taken up anew meanwhile. */
class NoLongerWanted extends Error {}

interface Ingest {
  ctx: ServiceContext;
  scope: IngestScope;
}

/**
 * The steps of an ingestion in a row; each notes itself in the file's row. Returns quietly when it is no longer wanted.
 * @throws DocumentRefused, AppError, and the signal's reason
 */
export async function runIngest(ingest: Ingest): Promise<void> {
  try {
    const rows = await loadRows(ingest);
    const chunks = await readAndCut(ingest, rows);
    await embedAndWrite({ ...ingest, ...rows, chunks });
    await completeIngest(ingest.scope, { generation: rows.store.generation, now: new Date(clock().now()) });
    await refreshAfterWrites(chunks.length).catch(warnOfSlowSearches);
  } catch (error) {
    if (!(error instanceof NoLongerWanted)) throw error;
  }
}

/** The file is read; that searches take longer for a while is no reason to read it again. */
function warnOfSlowSearches(error: unknown): void {
  log().warn({ err: error }, "the planner was not told of new chunks");
}

interface IngestRows {
  file: FileRow;
  store: VectorStoreRow;
  storeFile: VectorStoreFileRow;
}

async function loadRows({ scope }: Ingest): Promise<IngestRows> {
  const [file, store, storeFile] = await Promise.all([
    findFile(scope, new Date(clock().now())),
    findVectorStore(scope),
    findVectorStoreFile(scope),
  ]);
  if (file === null || store === null || storeFile === null) throw new NoLongerWanted();
  return { file, store, storeFile };
}

async function readAndCut({ ctx, scope }: Ingest, { file, storeFile }: IngestRows): Promise<DocumentChunk[]> {
  await note(scope, "parsing");
  const parsing = ctx.trace.startSpan({ name: "parse", kind: "tool", attributes: { bytes: file.bytes } });
  const document = await ended(parsing, readDocument({ ctx, input: { file } }));
  const textless = document.pages.filter((page) => page.textless).length;
  const facts = { kind: document.kind, characters: document.text.length, pages: document.pages.length };
  parsing.set(textless === 0 ? facts : { ...facts, pagesWithoutText: textless });
  await note(scope, "chunking");
  const cutting = ctx.trace.startSpan({ name: "chunk", kind: "tool" });
  const options = {
    ...storeFile.chunkingStrategy,
    filename: file.filename,
    maxDocumentTokens: config().MAX_DOCUMENT_TOKENS,
  };
  const chunks = await ended(cutting, runInWorker("chunk", { document, options }, ctx.signal));
  cutting.set({ chunks: chunks.length });
  return chunks;
}

async function embedAndWrite(work: Ingest & IngestRows & { chunks: DocumentChunk[] }): Promise<void> {
  const { ctx, scope, store, chunks } = work;
  const model = await resolveEmbeddingModel({
    ctx,
    input: { model: store.embeddingModel, dimensions: store.dimensions },
  });
  const written = await findWrittenOrdinals(scope, store.generation);
  const missing = chunks
    .map((chunk, ordinal) => ({ ...chunk, ordinal }))
    .filter(({ ordinal }) => !written.has(ordinal));
  const textConfiguration = await detectTextConfiguration(chunks.map((chunk) => chunk.text));
  await note(scope, "embedding", { doneCount: written.size, totalCount: chunks.length });
  const span = ctx.trace.startSpan({
    name: "embed",
    kind: "model",
    attributes: { model: store.embeddingModel, chunks: missing.length, resumedAt: written.size },
  });
  if (store.dimensions === null) await pinDimensions(scope, model.dimensions);
  let doneCount = written.size;
  const write = async (batch: NewChunk[]) => {
    doneCount += batch.length;
    const now = new Date(clock().now());
    const { generation } = store;
    const wanted = await insertChunks(scope, { generation, textConfiguration, chunks: batch, doneCount, now });
    if (!wanted) throw new NoLongerWanted();
  };
  const embedding = embedChunks({ ctx, model, chunks: missing, write }).then((counts) => span.set(counts));
  await ended(span, embedding);
}

async function note(
  scope: IngestScope,
  step: IngestStep,
  counts: { doneCount: number; totalCount: number } = { doneCount: 0, totalCount: 0 },
): Promise<void> {
  if (!(await recordStep(scope, { step, ...counts, now: new Date(clock().now()) }))) throw new NoLongerWanted();
}

/** The outcome of `work`, with the span ended by it. */
async function ended<T>(span: { end(result?: { status: "ok" | "error" }): void }, work: Promise<T>): Promise<T> {
  try {
    const result = await work;
    span.end();
    return result;
  } catch (error) {
    span.end({ status: "error" });
    throw error;
  }
}
