import { AppError, isAppError } from "#server/errors";
import type { SearchSettings } from "#server/protocol/vector-stores";
import type { ServiceContext } from "#server/services/context";
import { resolveModel } from "#server/services/models/resolve-model";
import { openRanker } from "#server/services/vector-stores/open-ranker";

/**
 * A store's search settings as they are kept, without what is empty.
 * @throws AppError model_not_found for a model or ranker that the team does not have; invalid_value for weights that are
 *   both 0; database_unavailable
 */
export async function readSearchSettings({
  ctx,
  input: { settings },
}: {
  ctx: ServiceContext;
  input: { settings: SearchSettings | null };
}): Promise<SearchSettings> {
  const { rewrite_model: model, ranker, hybrid_search: weights, score_threshold: threshold } = settings ?? {};
  if (weights && weights.embedding_weight + weights.text_weight === 0) {
    const param = "search_settings.hybrid_search";
    throw new AppError("invalid_value", `Invalid '${param}': at least one weight must be above 0.`, { param });
  }
  if (model) await requireModel(ctx, model);
  if (ranker && ranker !== "none") await openRanker({ ctx, input: { name: ranker, param: "search_settings.ranker" } });
  return {
    ...(model ? { rewrite_model: model } : {}),
    ...(ranker && ranker !== "none" ? { ranker } : {}),
    ...(weights ? { hybrid_search: weights } : {}),
    ...(threshold ? { score_threshold: threshold } : {}),
  };
}

async function requireModel(ctx: ServiceContext, model: string): Promise<void> {
  try {
    await resolveModel({ ctx, input: { model, providerHeader: null, providerApiKey: null } });
  } catch (error) {
    if (!isAppError(error) || error.code !== "model_not_found") throw error;
    throw new AppError("model_not_found", error.message, { param: "search_settings.rewrite_model" });
  }
}
