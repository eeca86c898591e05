import { AppError } from "#server/errors";
import { createProvider } from "#server/providers/registry";
import type { ServiceContext } from "#server/services/context";
import { chooseTarget, type ModelTarget } from "#server/services/models/choose-target";
import { breakerOf } from "#server/services/models/circuit-breaker";
import { orderTargets } from "#server/services/models/order-targets";
import { refuseModel } from "#server/services/models/refuse-model";
import { findTargets } from "#server/services/models/resolve-route";
import {
  type EmbeddingCandidate,
  embeddingFamily,
  type RoutedEmbeddingModel,
  routeEmbeddingModel,
} from "#server/services/models/route-embedding-model";
import { loadTeamModels, type TeamModels } from "#server/services/models/team-models";

export interface OpenEmbeddingModelInput {
  /** An alias, `connection/model`, or any other name that a language model could have. */
  model: string;
  /** `x-model-provider`. */
  providerHeader: string | null;
  /** The caller's own provider key, for this request alone. */
  providerApiKey: string | null;
  /** Numbers that a vector is to have, where the vendor can shorten it. */
  reduceTo: number | null;
}

export interface ResolveEmbeddingModelInput {
  /** An alias, or `connection/model`. */
  model: string;
  /** Known for a store that has vectors; null: found with a first call. */
  dimensions: number | null;
  /** Numbers that a vector is to have, where the vendor can shorten it; absent: as many as the model's own. */
  reduceTo?: number | undefined;
}

interface Question {
  team: TeamModels;
  name: string;
  provider: string | null;
  callerKey: string | null;
  passthrough: boolean;
}

/** Those of an alias's targets that serve the same model as the one that is asked first, that one included. */
function standIns<T extends ModelTarget>(targets: readonly T[]): T[] {
  const [first] = targets;
  return first ? targets.filter(({ modelId }) => embeddingFamily(modelId) === embeddingFamily(first.modelId)) : [];
}

/** Where the model of a name is served: in one place, or of an alias in several, in the order they are asked. */
async function findPlaces({ name, provider, ...question }: Question): Promise<ModelTarget[]> {
  const ranked = await findTargets({ ...question, alias: name });
  if (ranked.length > 0) return orderTargets(standIns(ranked));
  const target = await chooseTarget({ ...question, name, provider });
  return target ? [target] : [];
}

/** The model in all its places; null when no provider of them makes embeddings. */
function openIn(
  places: readonly ModelTarget[],
  options: { dimensions?: number; reduceTo?: number },
  breakerFor: (target: ModelTarget) => string | null,
): RoutedEmbeddingModel | null {
  const candidates = places.flatMap(({ connection, modelId }): EmbeddingCandidate[] => {
    const model = createProvider(connection).embeddingModel?.(modelId, options);
    const target = { connection, modelId };
    return model ? [{ ...target, name: `${connection.name}/${modelId}`, model, breaker: breakerFor(target) }] : [];
  });
  const [first, ...others] = candidates;
  return first ? routeEmbeddingModel([first, ...others]) : null;
}

/**
 * The embedding model that a request names, found as language models are. An alias stays on one model: when one of its
 * connections fails the next is asked for it, never another model.
 * @throws AppError model_not_found (naming the nearest known ones), database_unavailable
 */
export async function openEmbeddingModel({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: OpenEmbeddingModelInput;
}): Promise<RoutedEmbeddingModel> {
  const { principal } = ctx;
  const team = await loadTeamModels(principal.teamId);
  const passthrough = principal.type === "passthrough";
  const callerKey = passthrough ? principal.providerKey : input.providerApiKey;
  const { model: name, providerHeader: provider, reduceTo } = input;
  const places = await findPlaces({ team, name, provider, callerKey, passthrough });
  const [first] = places;
  if (!first) return refuseModel(team, name);
  // What a caller's own key is refused says nothing about the team's.
  const breakerFor = (target: ModelTarget) => (callerKey === null ? breakerOf(principal.teamId, target) : null);
  const model = openIn(places, reduceTo === null ? {} : { reduceTo }, breakerFor);
  if (model) return model;
  const message = `The model '${name}' makes no embeddings: its provider "${first.connection.name}" has none.`;
  throw new AppError("model_not_found", message, { param: "model" });
}

/**
 * The embedding model of a name, its dimensions known. Only the team's own connections count, never a caller's key. A
 * store is pinned to `pinName`: an alias may stand for another model tomorrow.
 * @throws AppError model_not_found, and what a provider throws when its dimensions must be asked for
 */
export async function resolveEmbeddingModel({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: ResolveEmbeddingModelInput;
}): Promise<RoutedEmbeddingModel> {
  const { teamId } = ctx.principal;
  const team = await loadTeamModels(teamId);
  const places = await findPlaces({ team, name: input.model, provider: null, callerKey: null, passthrough: false });
  const { dimensions, reduceTo } = input;
  const options = {
    ...(dimensions === null ? {} : { dimensions }),
    ...(reduceTo === undefined ? {} : { reduceTo }),
  };
  const model = openIn(places, options, (target) => breakerOf(teamId, target));
  if (!model) {
    throw new AppError("model_not_found", `There is no embedding model '${input.model}'.`, { param: "model" });
  }
  if (model.dimensions === 0) await model.embed(["dimensions"], { signal: ctx.signal, kind: "query" });
  return model;
}
