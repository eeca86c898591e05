import { AppError } from "#server/errors";
import type { EmbeddingModel } from "#server/providers/provider";
import { createProvider } from "#server/providers/registry";
import type { ServiceContext } from "#server/services/context";
import { chooseTarget } from "#server/services/models/choose-target";
import { loadTeamModels } from "#server/services/models/team-models";

export interface ResolveEmbeddingModelInput {
  /** `connection/model`. */
  model: string;
  /** Known for a store that has vectors; null: found with a first call. */
  dimensions: number | null;
}

/**
 * The embedding model of a name, its dimensions known. Only the team's own connections count, never a caller's key.
 * @throws AppError model_not_found, and what a provider throws when its dimensions must be asked for
 */
export async function resolveEmbeddingModel({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: ResolveEmbeddingModelInput;
}): Promise<EmbeddingModel> {
  const team = await loadTeamModels(ctx.principal.teamId);
  const question = { team, name: input.model, provider: null, callerKey: null, passthrough: false };
  const target = await chooseTarget(question);
  const provider = target ? createProvider(target.connection) : null;
  if (!target || !provider?.embeddingModel) {
    throw new AppError("model_not_found", `There is no embedding model '${input.model}'.`, { param: "model" });
  }
  const options = input.dimensions === null ? {} : { dimensions: input.dimensions };
  const model = provider.embeddingModel(target.modelId, options);
  if (model.dimensions === 0) await model.embed(["dimensions"], { signal: ctx.signal, kind: "query" });
  return model;
}
