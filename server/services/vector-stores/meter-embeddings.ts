import { clock } from "#server/clock";
import { addEmbeddingUsage } from "#server/db/embedding-usage";
import type { VectorStoreScope } from "#server/db/vector-stores";
import { embedCounted } from "#server/services/models/embed-counted";
import type { RoutedEmbeddingModel } from "#server/services/models/route-embedding-model";

/**
 * The model, with what each call takes added to the store's account: tokens as the provider counts them, or about, where
 * it does not.
 */
export function meterEmbeddings(model: RoutedEmbeddingModel, store: VectorStoreScope): RoutedEmbeddingModel {
  return {
    modelId: model.modelId,
    pinName: model.pinName,
    ...(model.lexical === undefined ? {} : { lexical: model.lexical }),
    get dimensions() {
      return model.dimensions;
    },
    get serving() {
      return model.serving;
    },
    get attempts() {
      return model.attempts;
    },
    async embed(texts, options) {
      const { vectors, usage, costUsd, served } = await embedCounted(model, texts, options);
      const { inputTokens: tokens } = usage;
      await addEmbeddingUsage(store, {
        ...{ at: new Date(clock().now()), kind: options.kind, model: served.name, texts: texts.length, tokens },
        ...{ costUsd: costUsd ?? 0, unpricedTokens: costUsd === null ? tokens : 0 },
      });
      return vectors;
    },
  };
}
