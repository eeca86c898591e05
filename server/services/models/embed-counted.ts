import type { EmbedOptions, ModelUsage } from "#server/providers/provider";
import { priceOf } from "#server/services/models/price";
import type { EmbeddingCandidate, RoutedEmbeddingModel } from "#server/services/models/route-embedding-model";

const CHARACTERS_PER_TOKEN = 4;

/** Vectors with what they took. */
export interface CountedVectors {
  vectors: number[][];
  /** Tokens as the provider counts; about, where it does not. */
  usage: ModelUsage;
  /** US dollars; null where the price is unknown. */
  costUsd: number | null;
  /** Who answered. */
  served: EmbeddingCandidate;
}

/**
 * Embeds texts and counts what it took.
 * @throws AppError what the provider throws
 */
export async function embedCounted(
  model: RoutedEmbeddingModel,
  texts: string[],
  options: EmbedOptions,
): Promise<CountedVectors> {
  let counted: number | null = null;
  const onUsage = (tokens: number) => {
    counted = (counted ?? 0) + tokens;
    options.onUsage?.(tokens);
  };
  const vectors = await model.embed(texts, { ...options, onUsage });
  const characters = texts.reduce((sum, text) => sum + text.length, 0);
  const inputTokens = counted ?? Math.ceil(characters / CHARACTERS_PER_TOKEN);
  const usage = { inputTokens, cachedTokens: 0, outputTokens: 0, reasoningTokens: 0 };
  const served = model.serving;
  return { vectors, usage, costUsd: priceOf(served.connection, served.modelId, usage), served };
}
