import { clock } from "#server/clock";
import {
  type ChunkToEmbed,
  type FileToBuild,
  findFilesToBuild,
  insertBuiltVectors,
  listChunksToEmbed,
  markFilesBuilt,
} from "#server/db/generation-vectors";
import type { IngestScope } from "#server/db/ingests";
import { refreshAfterWrites } from "#server/db/table-maintenance";
import { type BuildRow, type BuildScope, findBuilds } from "#server/db/vector-store-builds";
import { errorFacts, log } from "#server/log";
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
      await embedFiles({ ...work, model, files, counts, byIngest: false });
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

/**
 * Embeds the passages of a file by the model that its store changes to, if it does: whoever reads the file does so before
 * it counts as read, so that a change is through however fast files come. What fails is left to the change itself.
 * @throws the signal's reason
 */
export async function embedForChange({ ctx, scope }: { ctx: ServiceContext; scope: IngestScope }): Promise<void> {
  const { teamId, vectorStoreId, fileId, ingestId } = scope;
  try {
    const build = (await findBuilds(teamId, [vectorStoreId])).get(vectorStoreId);
    if (build?.status !== "in_progress") return;
    const work = { ctx, scope: { teamId, vectorStoreId, buildId: build.buildId }, build };
    const model = meterEmbeddings(await openStoreModel({ ctx, input: build }), scope);
    const counts = { embedded: 0, reused: 0 };
    await embedFiles({ ...work, model, files: [{ fileId, ingestId }], counts, byIngest: true });
  } catch (error) {
    ctx.signal.throwIfAborted();
    if (error instanceof NoLongerWanted) return;
    log().info({ ...errorFacts(error), fileId, vectorStoreId }, "a file is left to its store's change of model");
  }
}

interface Part extends Generation {
  model: RoutedEmbeddingModel;
  files: readonly FileToBuild[];
  counts: { embedded: number; reused: number };
  /** By whoever reads the file, not by the build. */
  byIngest: boolean;
}

async function embedFiles({ ctx, scope, build, model, files, counts, byIngest }: Part): Promise<void> {
  const { generation } = build;
  const write = async (batch: EmbeddedChunk<ChunkToEmbed>[]) => {
    const vectors = batch.map(({ chunk, embedding, embeddingKey }) => ({ id: chunk.id, embedding, embeddingKey }));
    const wanted = await insertBuiltVectors(scope, { files, vectors, byIngest, now: new Date(clock().now()) });
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
