import { clock } from "#server/clock";
import {
  type ChunkToEmbed,
  type FileToBuild,
  findFilesToBuild,
  insertBuiltVectors,
  listChunksToEmbed,
  markFilesBuilt,
} from "#server/db/generation-vectors";
import { refreshAfterWrites } from "#server/db/table-maintenance";
import type { BuildRow, BuildScope } from "#server/db/vector-store-builds";
import type { ServiceContext } from "#server/services/context";
import type { RoutedEmbeddingModel } from "#server/services/models/route-embedding-model";
import { type EmbeddedChunk, embedChunks } from "#server/services/vector-stores/embed-chunks";
import { meterEmbeddings } from "#server/services/vector-stores/meter-embeddings";
import { openStoreModel } from "#server/services/vector-stores/open-store-model";

/** Files taken up together, so that many small ones share requests, and passages of them in memory. */
const FILES = 100;
const CHUNKS = 256;

/** Thrown inside to stop at once, caught inside: the build was ended or replaced, or its store deleted. */
class NoLongerWanted extends Error {}

interface Generation {
  ctx: ServiceContext;
  scope: BuildScope;
  build: BuildRow;
}

/**
 * Embeds the passages of all files that were read and lack vectors of the build's generation, those of files that are
 * read meanwhile too, until none is left. False when the build is no longer wanted.
 * @throws AppError of the provider or the database, and the signal's reason
 */
export async function embedGeneration(work: Generation): Promise<boolean> {
  const { ctx, scope, build } = work;
  const model = meterEmbeddings(await openStoreModel({ ctx, input: build }), scope);
  const { embeddingModel, doneCount } = build;
  const attributes = { model: embeddingModel, resumedAt: doneCount };
  const span = ctx.trace.startSpan({ name: "embed", kind: "model", attributes });
  const counts = { embedded: 0, reused: 0 };
  try {
    for (;;) {
      const files = await findFilesToBuild(scope, { generation: build.generation, limit: FILES });
      if (files.length === 0) break;
      await embedFiles({ ...work, model, files, counts });
    }
    span.set(counts);
    span.end();
    return true;
  } catch (error) {
    span.set(counts);
    span.end({ status: "error" });
    if (error instanceof NoLongerWanted) return false;
    throw error;
  }
}

interface Part extends Generation {
  model: RoutedEmbeddingModel;
  files: readonly FileToBuild[];
  counts: { embedded: number; reused: number };
}

async function embedFiles({ ctx, scope, build, model, files, counts }: Part): Promise<void> {
  const { generation } = build;
  const write = async (batch: EmbeddedChunk<ChunkToEmbed>[]) => {
    const vectors = batch.map(({ chunk, embedding, embeddingKey }) => ({ id: chunk.id, embedding, embeddingKey }));
    const wanted = await insertBuiltVectors(scope, { files, vectors, now: new Date(clock().now()) });
    if (!wanted) throw new NoLongerWanted();
  };
  const prefix = build.embeddingOptions.document_prefix ?? "";
  let after: ChunkToEmbed | null = null;
  do {
    ctx.signal.throwIfAborted();
    const page: ChunkToEmbed[] = await listChunksToEmbed(scope, { generation, files, after, limit: CHUNKS });
    const chunks = page.filter((chunk) => !chunk.built);
    const { embedded, reused } = await embedChunks({ ctx, model, prefix, chunks, write });
    counts.embedded += embedded;
    counts.reused += reused;
    await refreshAfterWrites(chunks.length);
    after = page.length === CHUNKS ? (page.at(-1) ?? null) : null;
  } while (after !== null);
  await markFilesBuilt(scope, { generation, files });
}
