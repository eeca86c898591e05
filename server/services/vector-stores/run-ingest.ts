import { clock } from "#server/clock";
import { config } from "#server/config";
import { findWrittenOrdinals, insertChunks, type NewChunk } from "#server/db/chunks";
import { type FileRow, findFile } from "#server/db/files";
import { completeIngest, type IngestScope, recordStep } from "#server/db/ingests";
import { refreshAfterWrites } from "#server/db/table-maintenance";
import { findVectorStoreFile, type IngestStep, type VectorStoreFileRow } from "#server/db/vector-store-files";
import { findVectorStore, pinDimensions, type VectorStoreRow } from "#server/db/vector-stores";
import type { DocumentChunk } from "#server/retrieval/chunk/chunk-document";
import { cutDocument } from "#server/retrieval/chunk/cut-document";
import { detectTextConfiguration } from "#server/retrieval/search/detect-language";
import { textToIndex, toKeywords } from "#server/retrieval/search/searchable-text";
import type { ServiceContext } from "#server/services/context";
import { readDocument } from "#server/services/files/read-document";
import { type EmbeddedChunk, embedChunks } from "#server/services/vector-stores/embed-chunks";
import { embedForChange } from "#server/services/vector-stores/embed-generation";
import { meterEmbeddings } from "#server/services/vector-stores/meter-embeddings";
import { openStoreModel } from "#server/services/vector-stores/open-store-model";

/**
 * Thrown inside to stop at once, caught inside: the file was detached, deleted or taken up anew meanwhile, or its store's
 * embedding model has changed.
 */
class NoLongerWanted extends Error {}

interface Ingest {
  ctx: ServiceContext;
  scope: IngestScope;
}

/**
 * The steps of an ingestion in a row; each notes itself in the file's row. Returns quietly when it is no longer wanted.
 * They are taken again when the store's embedding model was changed meanwhile: the vectors are of a past generation.
 * @throws DocumentRefused, AppError, and the signal's reason
 */
export async function runIngest(ingest: Ingest): Promise<void> {
  let generation: number | null = null;
  for (;;) {
    const rows = await loadRows(ingest);
    if (rows === null || rows.store.generation === generation) return;
    generation = rows.store.generation;
    if (await runSteps(ingest, rows)) return;
  }
}

/** False when the ingestion is no longer wanted, or not in this generation. */
async function runSteps(ingest: Ingest, rows: IngestRows): Promise<boolean> {
  try {
    const chunks = await readAndCut(ingest, rows);
    await embedAndWrite({ ...ingest, ...rows, chunks });
    await embedForChange(ingest);
    const { generation } = rows.store;
    if (!(await completeIngest(ingest.scope, { generation, now: new Date(clock().now()) }))) return false;
    await refreshAfterWrites(chunks.length);
    return true;
  } catch (error) {
    if (!(error instanceof NoLongerWanted)) throw error;
    return false;
  }
}

interface IngestRows {
  file: FileRow;
  store: VectorStoreRow;
  storeFile: VectorStoreFileRow;
}

async function loadRows({ scope }: Ingest): Promise<IngestRows | null> {
  const [file, store, storeFile] = await Promise.all([
    findFile(scope, new Date(clock().now())),
    findVectorStore(scope),
    findVectorStoreFile(scope),
  ]);
  return file && store && storeFile && { file, store, storeFile };
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
  const chunks = await ended(cutting, cutDocument(document, options, ctx.signal));
  cutting.set({ chunks: chunks.length });
  return chunks;
}

async function embedAndWrite(work: Ingest & IngestRows & { chunks: DocumentChunk[] }): Promise<void> {
  const { ctx, scope, store, chunks } = work;
  const model = meterEmbeddings(await openStoreModel({ ctx, input: store }), scope);
  const written = await findWrittenOrdinals(scope, store.generation);
  const missing = chunks
    .map((chunk, ordinal) => ({ ...chunk, ordinal }))
    .filter(({ ordinal }) => !written.has(ordinal));
  const textConfiguration = await detectTextConfiguration(
    chunks.map((chunk) => chunk.text),
    ctx.signal,
  );
  await note(scope, "embedding", { doneCount: written.size, totalCount: chunks.length });
  const span = ctx.trace.startSpan({
    name: "embed",
    kind: "model",
    attributes: { model: store.embeddingModel, chunks: missing.length, resumedAt: written.size },
  });
  if (store.dimensions === null) await pinDimensions(scope, model.dimensions);
  let doneCount = written.size;
  const write = async (batch: EmbeddedChunk<OrdinalChunk>[]) => {
    doneCount += batch.length;
    const now = new Date(clock().now());
    const { generation } = store;
    const rows = batch.map(toNewChunk);
    const wanted = await insertChunks(scope, { generation, textConfiguration, chunks: rows, doneCount, now });
    if (!wanted) throw new NoLongerWanted();
  };
  const prefix = store.embeddingOptions.document_prefix ?? "";
  const embedding = embedChunks({ ctx, model, prefix, chunks: missing, write }).then((counts) => span.set(counts));
  await ended(span, embedding);
}

type OrdinalChunk = DocumentChunk & { ordinal: number };

function toNewChunk({ chunk, embedding, embeddingKey }: EmbeddedChunk<OrdinalChunk>): NewChunk {
  const keywords = { keywords: textToIndex(chunk), headingKeywords: toKeywords(chunk.headingPath) };
  return { ...chunk, ...keywords, embedding, embeddingKey };
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
