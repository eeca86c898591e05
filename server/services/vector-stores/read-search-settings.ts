import { AppError, isAppError } from "#server/errors";
import type { SearchSettings } from "#server/protocol/vector-stores";
import type { ServiceContext } from "#server/services/context";
import { resolveModel } from "#server/services/models/resolve-model";
import { openRanker } from "#server/services/vector-stores/open-ranker";

/**
 * A store's search settings as they are kept, without what is empty.
 * @throws AppError model_not_found for a model or ranker that the team does not have; database_unavailable
 */
export async function readSearchSettings({
  ctx,
  input: { settings },
}: {
  ctx: ServiceContext;
  input: { settings: SearchSettings | null };
}): Promise<SearchSettings> {
  const { rewrite_model: model, ranker } = settings ?? {};
  if (model) await requireModel(ctx, model);
  if (ranker && ranker !== "none") await openRanker({ ctx, input: { name: ranker, param: "search_settings.ranker" } });
  return { ...(model ? { rewrite_model: model } : {}), ...(ranker && ranker !== "none" ? { ranker } : {}) };
}

async function requireModel(ctx: ServiceContext, model: string): Promise<void> {
  try {
    await resolveModel({ ctx, input: { model, providerHeader: null, providerApiKey: null } });
  } catch (error) {
    if (!isAppError(error) || error.code !== "model_not_found") throw error;
    throw new AppError("model_not_found", error.message, { param: "search_settings.rewrite_model" });
  }
}
