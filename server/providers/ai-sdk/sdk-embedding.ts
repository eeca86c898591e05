import type { EmbeddingModelV4, SharedV4ProviderOptions } from "@ai-sdk/provider";
import { AppError } from "#server/errors";
import { createSdkFetch } from "#server/providers/ai-sdk/sdk-fetch";
import { toSdkError } from "#server/providers/ai-sdk/sdk-model";
import type { Connection, EmbeddingModel, EmbedOptions } from "#server/providers/provider";
import { batchTexts } from "#server/providers/shared/batch-texts";

/** What differs between the vendors' embedding models. */
export interface SdkEmbeddingVendor {
  /** Loads the vendor's package and makes the model; the fetch given must be the one it uses. */
  open(connection: Connection, modelId: string, fetch: typeof globalThis.fetch): Promise<EmbeddingModelV4>;
  /** The vendor's own options. `reduceTo`: how long the vectors are to be; null: as long as the model's own. */
  options(kind: EmbedOptions["kind"], reduceTo: number | null): SharedV4ProviderOptions;
  /** What one request may hold, and how many may be under way; absent: one. */
  batch: { texts: number; characters: number; atOnce?: number };
}

/** The batch of models that take one text a request. */
export const ONE_BY_ONE: SdkEmbeddingVendor["batch"] = { texts: 1, characters: 1, atOnce: 4 };

interface Dimensions {
  dimensions?: number;
  reduceTo?: number;
}

/**
 * An embedding model behind one of the AI SDK's packages, over our own way out. `dimensions` is 0 until the first
 * answer unless it was given; answers of another count or length are a `provider_error`.
 */
export function createSdkEmbeddingModel(
  vendor: SdkEmbeddingVendor,
  { connection, modelId }: { connection: Connection; modelId: string },
  { dimensions: known, reduceTo }: Dimensions = {},
): EmbeddingModel {
  let dimensions = reduceTo ?? known ?? 0;

  function check(vectors: number[][], count: number): void {
    if (dimensions === 0) dimensions = vectors[0]?.length ?? 0;
    const wrong = vectors.find((vector) => vector.length !== dimensions);
    if (vectors.length === count && wrong === undefined) return;
    const what =
      wrong === undefined
        ? `${vectors.length} vectors for ${count} texts`
        : `vectors of ${wrong.length} numbers instead of ${dimensions}`;
    throw new AppError("provider_error", `The provider "${connection.name}" sent ${what}.`, {
      detail: { provider: connection.name },
    });
  }

  return {
    modelId,
    get dimensions() {
      return dimensions;
    },
    async embed(texts, { signal, kind, onUsage }) {
      const vectors: number[][] = [];
      const stop = new AbortController();
      const both = AbortSignal.any([signal, stop.signal]);
      try {
        const model = await vendor.open(connection, modelId, createSdkFetch(connection, { signal: both }));
        const providerOptions = vendor.options(kind, reduceTo ?? null);
        const batches = [...batchTexts(texts, vendor.batch)];
        const atOnce = vendor.batch.atOnce ?? 1;
        for (let start = 0; start < batches.length; start += atOnce) {
          const calls = batches.slice(start, start + atOnce);
          const ask = (values: string[]) => model.doEmbed({ values, abortSignal: both, providerOptions });
          for (const [index, { embeddings, usage }] of (await Promise.all(calls.map(ask))).entries()) {
            check(embeddings, calls[index]?.length ?? 0);
            vectors.push(...embeddings);
            // Of Cohere's models on Bedrock the package makes NaN where no count was sent.
            if (usage && !Number.isNaN(usage.tokens)) onUsage?.(usage.tokens);
          }
        }
      } catch (error) {
        throw toSdkError(error, connection, signal);
      } finally {
        // What is still under way beside a call that failed has no reader.
        stop.abort();
      }
      return vectors;
    },
  };
}
