import { clock } from "#server/clock";
import { addEmbeddingUsage } from "#server/db/embedding-usage";
import type { VectorStoreScope } from "#server/db/vector-stores";
import { priceOf } from "#server/services/models/price";
import type { RoutedEmbeddingModel } from "#server/services/models/route-embedding-model";

const CHARACTERS_PER_TOKEN = 4;

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
      let counted: number | null = null;
      const onUsage = (tokens: number) => {
        counted = (counted ?? 0) + tokens;
        options.onUsage?.(tokens);
      };
      const vectors = await model.embed(texts, { ...options, onUsage });
      const characters = texts.reduce((sum, text) => sum + text.length, 0);
      const tokens = counted ?? Math.ceil(characters / CHARACTERS_PER_TOKEN);
      const { connection, modelId, name } = model.serving;
      const usage = { inputTokens: tokens, cachedTokens: 0, outputTokens: 0, reasoningTokens: 0 };
      const costUsd = priceOf(connection, modelId, usage);
      await addEmbeddingUsage(store, {
        ...{ at: new Date(clock().now()), model: name, texts: texts.length, tokens },
        ...{ costUsd: costUsd ?? 0, unpricedTokens: costUsd === null ? tokens : 0 },
      });
      return vectors;
    },
  };
}
