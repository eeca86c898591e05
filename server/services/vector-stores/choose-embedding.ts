import { AppError, isAppError } from "#server/errors";
import { type EmbeddingSettings, MAX_EMBEDDING_DIMENSIONS } from "#server/protocol/vector-stores";
import type { ServiceContext } from "#server/services/context";
import { resolveEmbeddingModel } from "#server/services/models/resolve-embedding-model";
import type { PinnedEmbedding } from "#server/services/vector-stores/open-store-model";

/**
 * What a store is pinned to when a request asks for these settings. The model is asked for a vector where its length must
 * be known, or is to be another than its own, so that what it cannot do is refused here.
 * @throws AppError model_not_found, invalid_value for vectors that are too long, and what a provider throws
 */
export async function chooseEmbedding({
  ctx,
  input: { settings, param },
}: {
  ctx: ServiceContext;
  input: { settings: EmbeddingSettings /** Where the request names them. */; param: string };
}): Promise<PinnedEmbedding & { dimensions: number }> {
  try {
    return await pin(ctx, settings, param);
  } catch (error) {
    if (!isAppError(error) || (error.param !== "model" && error.param !== "dimensions")) throw error;
    throw new AppError(error.code, error.message, { param: `${param}.${error.param}` });
  }
}

async function pin(ctx: ServiceContext, settings: EmbeddingSettings, param: string) {
  const own = await resolveEmbeddingModel({ ctx, input: { model: settings.model, dimensions: null } });
  const asked = settings.dimensions ?? own.dimensions;
  if (asked > MAX_EMBEDDING_DIMENSIONS) {
    const message = `Invalid '${param}.dimensions': vectors of '${settings.model}' have ${asked} numbers, and a store's at most ${MAX_EMBEDDING_DIMENSIONS}. Ask for fewer, if the model can shorten them.`;
    throw new AppError("invalid_value", message, { param: `${param}.dimensions` });
  }
  const isOwn = asked === own.dimensions;
  if (!isOwn) {
    const shortened = { model: own.pinName, dimensions: asked, reduceTo: asked };
    const model = await resolveEmbeddingModel({ ctx, input: shortened });
    await model.embed(["dimensions"], { signal: ctx.signal, kind: "query" });
  }
  const { query_prefix: query, document_prefix: document } = settings;
  return {
    embeddingModel: own.pinName,
    dimensions: asked,
    embeddingOptions: {
      ...(isOwn ? {} : { reduce_to: asked }),
      ...(query ? { query_prefix: query } : {}),
      ...(document ? { document_prefix: document } : {}),
    },
  };
}
