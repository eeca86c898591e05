import { clock } from "#server/clock";
import { addEmbeddingUsage, type EmbeddingUsage } from "#server/db/embedding-usage";
import type { VectorStoreScope } from "#server/db/vector-stores";
import { type CountedVectors, embedCounted } from "#server/services/models/embed-counted";
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
      const counted = await embedCounted(model, texts, options);
      await addEmbeddingUsage(store, {
        ...usageOf(counted, { kind: options.kind, texts: texts.length }),
        at: new Date(clock().now()),
      });
      return counted.vectors;
    },
  };
}

/** What a call took, as a store's account has it. */
export function usageOf(
  { usage, costUsd, served }: CountedVectors,
  call: Pick<EmbeddingUsage, "kind" | "texts">,
): EmbeddingUsage {
  const { inputTokens: tokens } = usage;
  const cost = { costUsd: costUsd ?? 0, unpricedTokens: costUsd === null ? tokens : 0 };
  return { ...call, model: served.name, tokens, ...cost };
}
