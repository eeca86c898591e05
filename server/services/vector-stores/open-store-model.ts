import type { EmbeddingOptions } from "#server/protocol/vector-stores";
import type { ServiceContext } from "#server/services/context";
import { resolveEmbeddingModel } from "#server/services/models/resolve-embedding-model";
import type { RoutedEmbeddingModel } from "#server/services/models/route-embedding-model";

/** The embedding model that a store, or the change of one, is pinned to. */
export interface PinnedEmbedding {
  /** `connection/model`, never an alias. */
  embeddingModel: string;
  /** null until the first vector tells. */
  dimensions: number | null;
  embeddingOptions: EmbeddingOptions;
}

/**
 * The model by which a store's vectors are made. Prefixes are the caller's: they stand before documents and questions.
 * @throws AppError model_not_found when the connection has gone, and what a provider throws when dimensions must be asked
 */
export async function openStoreModel({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: PinnedEmbedding;
}): Promise<RoutedEmbeddingModel> {
  const { embeddingModel: model, dimensions, embeddingOptions } = input;
  return resolveEmbeddingModel({ ctx, input: { model, dimensions, reduceTo: embeddingOptions.reduce_to } });
}
