import { createHash } from "node:crypto";
import { config } from "#server/config";
import { findEmbeddings } from "#server/db/embeddings";
import { textToEmbed } from "#server/retrieval/search/searchable-text";
import type { ServiceContext } from "#server/services/context";
import type { RoutedEmbeddingModel } from "#server/services/models/route-embedding-model";

/** Vectors in one statement: the embedded database is one thread, and a statement must not hold it for long. */
const EMBEDDED_BATCH = 32;
const NATIVE_BATCH = 96;
/** Half precision holds three to four digits. */
const VECTOR_DIGITS = 5;
const KEY_BYTES = 16;

/** What a passage's vector is made of. */
export interface Embeddable {
  headingPath: string;
  lead: string;
  text: string;
}

/** A passage with its vector. */
export interface EmbeddedChunk<C> {
  chunk: C;
  /** As pgvector writes it: `[0.1,-0.2]`. */
  embedding: string;
  /** Names the text and model of the vector. */
  embeddingKey: Buffer;
}

/** The passages that say the same: they share one vector. */
interface SameText<C> {
  key: Buffer;
  chunks: [C, ...C[]];
}

interface Embedding<C> {
  ctx: ServiceContext;
  model: RoutedEmbeddingModel;
  /** Goes before each text; empty for most models. */
  prefix: string;
  chunks: readonly C[];
  /** Called with up to a statement's worth of chunks, one call at a time, in no order. */
  write(chunks: EmbeddedChunk<C>[]): Promise<void>;
}

/**
 * Gives chunks their vectors, EMBEDDING_CONCURRENCY batches at a time, and hands each batch on as it is ready. A text that
 * the team had embedded by the same model before, in whatever store, is not embedded again. Answers how many texts were
 * embedded and how many chunks came without. The first failure stops the rest and is thrown once nothing runs any more.
 */
export async function embedChunks<C extends Embeddable>(
  work: Embedding<C>,
): Promise<{ embedded: number; reused: number }> {
  const size = config().embedded ? EMBEDDED_BATCH : NATIVE_BATCH;
  const batches = slicesOf(groupByText(work), size);
  const stop = new AbortController();
  const signal = AbortSignal.any([work.ctx.signal, stop.signal]);
  const failures: unknown[] = [];
  let embedded = 0;
  let writing: Promise<void> = Promise.resolve();
  const run = async () => {
    for (const batch of batches) {
      signal.throwIfAborted();
      const { vectors, asked } = await embedBatch(work, batch, signal);
      embedded += asked;
      const ready = batch.flatMap((group) => group.chunks.map((chunk) => withVector(chunk, group.key, vectors)));
      writing = writing.then(async () => {
        for (const slice of slicesOf(ready, size)) {
          signal.throwIfAborted();
          await work.write(slice);
        }
      });
      await writing;
    }
  };
  const fail = (error: unknown) => {
    failures.push(error);
    stop.abort(error);
  };
  await Promise.all(Array.from({ length: config().EMBEDDING_CONCURRENCY }, () => run().catch(fail)));
  if (failures.length > 0) throw failures[0];
  return { embedded, reused: work.chunks.length - embedded };
}

async function embedBatch<C extends Embeddable>(
  work: Embedding<C>,
  batch: readonly SameText<C>[],
  signal: AbortSignal,
) {
  const { ctx, model } = work;
  const vectors = await findEmbeddings(
    ctx.principal.teamId,
    batch.map((group) => group.key),
  );
  const missing = batch.filter((group) => !vectors.has(group.key.toString("hex")));
  if (missing.length > 0) {
    const texts = missing.map(({ chunks: [first] }) => embeddedText(work, first));
    const made = await model.embed(texts, { signal, kind: "document" });
    for (const [index, { key }] of missing.entries()) vectors.set(key.toString("hex"), toText(made[index] ?? []));
  }
  return { vectors, asked: missing.length };
}

function toText(vector: readonly number[]): string {
  return JSON.stringify(vector.map((value) => Number(value.toFixed(VECTOR_DIGITS))));
}

function withVector<C>(chunk: C, key: Buffer, vectors: ReadonlyMap<string, string>): EmbeddedChunk<C> {
  return { chunk, embedding: vectors.get(key.toString("hex")) ?? "[]", embeddingKey: key };
}

/** Keeps no text that is made for embedding: of a large file they are as large together. */
function groupByText<C extends Embeddable>(work: Embedding<C>): SameText<C>[] {
  const groups = new Map<string, SameText<C>>();
  for (const chunk of work.chunks) {
    const key = keyOf(work.model, embeddedText(work, chunk));
    const name = key.toString("latin1");
    const group = groups.get(name);
    if (group) group.chunks.push(chunk);
    else groups.set(name, { key, chunks: [chunk] });
  }
  return [...groups.values()];
}

function embeddedText<C extends Embeddable>({ prefix }: Embedding<C>, chunk: C): string {
  return prefix + textToEmbed(chunk);
}

/** Two texts have the same key only if one model makes the same vector of both. */
function keyOf(model: RoutedEmbeddingModel, text: string): Buffer {
  const named = JSON.stringify([model.pinName, model.dimensions, "document", text]);
  return createHash("sha256").update(named).digest().subarray(0, KEY_BYTES);
}

function* slicesOf<T>(items: readonly T[], size: number): Generator<T[]> {
  for (let at = 0; at < items.length; at += size) yield items.slice(at, at + size);
}
