import type { LanguageModel, ModelUsage } from "#server/providers/provider";
import { createProvider } from "#server/providers/registry";
import type { ServiceContext } from "#server/services/context";
import { chooseTarget, type ModelTarget } from "#server/services/models/choose-target";
import { peekModel } from "#server/services/models/known-models";
import { factsOf, priceOf } from "#server/services/models/price";
import { refuseModel } from "#server/services/models/refuse-model";
import { loadTeamModels, type TeamModels } from "#server/services/models/team-models";

export interface ResolveModelInput {
  /** As the caller wrote it; null: the team's default. */
  model: string | null;
  /** `x-model-provider`. */
  providerHeader: string | null;
  /** The caller's own provider key, for this request alone. */
  providerApiKey: string | null;
}

export interface ResolvedModel {
  languageModel: LanguageModel;
  /** The connection's name. */
  provider: string;
  /** A key of the provider registry. */
  providerKind: string;
  requestedModel: string;
  /** `connection/model`: what the caller sees as `response.model`. */
  servedModel: string;
  /** In tokens; null when nobody says. */
  contextWindow: number | null;
  /** US dollars; null when unpriced, 0 for the built-in models. */
  price(usage: ModelUsage): number | null;
}

const DEFAULT_MODEL = "builtin/demo";

interface Question {
  team: TeamModels;
  input: ResolveModelInput;
  callerKey: string | null;
  passthrough: boolean;
}

/** The first target of an alias that can be resolved, else whoever the name itself points at. */
async function findTarget(
  name: string,
  { team, input, callerKey, passthrough }: Question,
): Promise<ModelTarget | null> {
  const base = { team, callerKey, passthrough };
  for (const target of team.routes.get(name) ?? []) {
    const found = await chooseTarget({ ...base, name: target, provider: null });
    if (found) return found;
  }
  return chooseTarget({ ...base, name, provider: input.providerHeader });
}

/** Who a model name points at. */
export interface LocatedModel {
  target: ModelTarget;
  /** The name as it was asked for, or the default. */
  name: string;
}

/**
 * Finds who a model name points at. First hit wins: a team's alias; `connection/model` or `provider@model`; the provider
 * of `x-model-provider`; the connection that lists the plain name, several in the team's order; without a name the
 * team's default, else the built-in demo model.
 * @throws AppError model_not_found (naming the nearest known ones), database_unavailable
 */
export async function locateModel({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: ResolveModelInput;
}): Promise<LocatedModel> {
  const { principal } = ctx;
  const team = await loadTeamModels(principal.teamId);
  const passthrough = principal.type === "passthrough";
  const callerKey = passthrough ? principal.providerKey : input.providerApiKey;
  const name = input.model ?? team.defaultModel ?? DEFAULT_MODEL;
  const target = (await findTarget(name, { team, input, callerKey, passthrough })) ?? (await refuseModel(team, name));
  return { target, name };
}

/**
 * The language model behind a name, found as {@link locateModel} does.
 * @throws AppError model_not_found (naming the nearest known ones), database_unavailable
 */
export async function resolveModel({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: ResolveModelInput;
}): Promise<ResolvedModel> {
  const { target, name } = await locateModel({ ctx, input });
  const { connection, modelId } = target;
  return {
    languageModel: createProvider(connection).languageModel(modelId),
    provider: connection.name,
    providerKind: connection.kind,
    requestedModel: name,
    servedModel: `${connection.name}/${modelId}`,
    contextWindow: factsOf(connection, modelId, peekModel(connection, modelId)).contextWindow,
    price: (usage) => priceOf(connection, modelId, usage),
  };
}
