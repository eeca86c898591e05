import { clock } from "#server/clock";
import { inTransaction, type TransactionClient } from "#server/db/client";
import { cancelBuild, startBuild } from "#server/db/vector-store-builds";
import { findVectorStore, holdVectorStore, type VectorStoreScope } from "#server/db/vector-stores";
import { timeOrderedHex } from "#server/ids";
import { enqueue, ensureQueue } from "#server/jobs/queue";
import type { EmbeddingSettings } from "#server/protocol/vector-stores";
import type { ServiceContext } from "#server/services/context";
import { buildVectorsJob } from "#server/services/vector-stores/build-job";
import { chooseEmbedding } from "#server/services/vector-stores/choose-embedding";
import { getVectorStore } from "#server/services/vector-stores/get-vector-store";
import type { PinnedEmbedding } from "#server/services/vector-stores/open-store-model";
import {
  requireVectorStore,
  type VectorStoreView,
  vectorStoreNotFound,
} from "#server/services/vector-stores/vector-store-view";

export interface ChangeEmbeddingInput {
  vectorStoreId: string;
  /** null: a change that is under way is ended, and the store stays as it is. */
  embedding: EmbeddingSettings | null;
}

/**
 * Begins the change of a store's embedding model. Its passages are embedded anew in the background while searches compare
 * by the model before; then the store goes over at once. Its view tells how: `build.status`, `build.doneCount` of
 * `totals.chunkCount`, `build.errorMessage`; `embeddingModel` and `dimensions` are what searches compare by now. One change
 * at a time: another takes the place of one under way, the same goes on, and the settings in force (or null) end it.
 * @throws AppError not_found; what chooseEmbedding throws, before anything is changed; database_unavailable
 */
export async function changeEmbedding({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: ChangeEmbeddingInput;
}): Promise<VectorStoreView> {
  const { vectorStoreId, embedding: settings } = input;
  await requireVectorStore(ctx, vectorStoreId);
  const chosen = settings && (await chooseEmbedding({ ctx, input: { settings, param: "embedding" } }));
  const scope = { teamId: ctx.principal.teamId, vectorStoreId };
  await ensureQueue(buildVectorsJob);
  await inTransaction((tx) => begin(scope, chosen, tx));
  return getVectorStore({ ctx, input: { vectorStoreId } });
}

async function begin(
  scope: VectorStoreScope,
  chosen: (PinnedEmbedding & { dimensions: number }) | null,
  tx: TransactionClient,
): Promise<void> {
  const now = new Date(clock().now());
  // Held, so that no build ends between the look at what is in force and the decision.
  const isThere = await holdVectorStore(scope, tx);
  const store = isThere ? await findVectorStore(scope, tx) : null;
  if (store === null) throw vectorStoreNotFound(scope.vectorStoreId);
  if (chosen === null || isInForce(store, chosen)) {
    await cancelBuild(scope, now, tx);
    return;
  }
  const build = { ...scope, buildId: timeOrderedHex() };
  if (!(await startBuild(build, { ...chosen, now }, tx))) return;
  await enqueue(buildVectorsJob, build, { tx, id: build.buildId });
}

function isInForce(store: PinnedEmbedding, chosen: PinnedEmbedding): boolean {
  const said = ({ embeddingModel, embeddingOptions: options }: PinnedEmbedding) =>
    JSON.stringify([embeddingModel, options.reduce_to, options.query_prefix, options.document_prefix]);
  return said(store) === said(chosen) && (store.dimensions === null || store.dimensions === chosen.dimensions);
}
