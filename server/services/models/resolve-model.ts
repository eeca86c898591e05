import type { LanguageModel, ModelUsage } from "#server/providers/provider";
import type { ServiceContext } from "#server/services/context";
import { chooseTarget, type ModelTarget } from "#server/services/models/choose-target";
import { inputsOf, openModel } from "#server/services/models/known-inputs";
import { peekModel } from "#server/services/models/known-models";
import { factsOf, priceOf } from "#server/services/models/price";
import { refuseModel } from "#server/services/models/refuse-model";
import { resolveRoute } from "#server/services/models/resolve-route";
import type { RoutedModel } from "#server/services/models/route-model";
import { loadTeamModels } from "#server/services/models/team-models";

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
  /** The connection's name. Of an alias: the one that answered last, until then the one that is asked first. */
  readonly provider: string;
  /** A key of the provider registry. */
  readonly providerKind: string;
  requestedModel: string;
  /** `connection/model`: what the caller sees as `response.model`. Of an alias as `provider`. */
  readonly servedModel: string;
  /** True when another model may take over, so who serves is known only once one has begun to answer. */
  mayChange: boolean;
  /** In tokens, of an alias the largest of its models'; null when nobody says. */
  contextWindow: number | null;
  /** Kinds of input: `text`, `image`, `audio`, …; of an alias those that all its models take. Null when nobody says. */
  takes: readonly string[] | null;
  /** US dollars of one model call; null when unpriced, 0 for the built-in models. */
  price(usage: ModelUsage): number | null;
  /** US dollars of a whole response with this usage, whose calls several models may have answered. */
  priceOfResponse(usage: ModelUsage): number | null;
}

const DEFAULT_MODEL = "builtin/demo";

function toResolved(target: ModelTarget, requestedModel: string): ResolvedModel {
  const { connection, modelId } = target;
  const price = (usage: ModelUsage) => priceOf(connection, modelId, usage);
  return {
    languageModel: openModel(target),
    provider: connection.name,
    providerKind: connection.kind,
    requestedModel,
    servedModel: `${connection.name}/${modelId}`,
    mayChange: false,
    contextWindow: windowOf(target),
    takes: inputsOf(target),
    price,
    priceOfResponse: price,
  };
}

function windowOf({ connection, modelId }: ModelTarget): number | null {
  return factsOf(connection, modelId, peekModel(connection, modelId)).contextWindow;
}

/** The largest window: what one model cannot take, another may. */
function largestWindow(targets: readonly ModelTarget[]): number | null {
  const windows = targets.map(windowOf);
  const known = windows.filter((window) => window !== null);
  return known.length < windows.length ? null : Math.max(...known);
}

/** What every one of the models takes; null when that of one is unknown. */
function commonInputs(targets: readonly ModelTarget[]): readonly string[] | null {
  const [first = null, ...others] = targets.map(inputsOf);
  return others.reduce((common, inputs) => common && inputs && common.filter((input) => inputs.includes(input)), first);
}

function toRouted(route: RoutedModel): ResolvedModel {
  return {
    languageModel: route,
    get provider() {
      return route.serving.connection.name;
    },
    get providerKind() {
      return route.serving.connection.kind;
    },
    requestedModel: route.modelId,
    get servedModel() {
      return route.serving.name;
    },
    mayChange: route.candidates.length > 1,
    contextWindow: largestWindow(route.candidates),
    takes: commonInputs(route.candidates),
    price: (usage) => route.serving.price(usage),
    priceOfResponse: () => route.spentUsd,
  };
}

/**
 * Finds the model behind a name. First hit wins: a team's alias, whose targets are asked in turn; `connection/model` or
 * `provider@model`; the provider of `x-model-provider`; the connection that lists the plain name, several in the team's
 * order; without a name the team's default, else the built-in demo model.
 * @throws AppError model_not_found (naming the nearest known ones), database_unavailable
 */
export async function resolveModel({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: ResolveModelInput;
}): Promise<ResolvedModel> {
  const { principal } = ctx;
  const team = await loadTeamModels(principal.teamId);
  const passthrough = principal.type === "passthrough";
  const callerKey = passthrough ? principal.providerKey : input.providerApiKey;
  const name = input.model ?? team.defaultModel ?? DEFAULT_MODEL;
  const route = await resolveRoute(ctx, { team, alias: name, callerKey, passthrough });
  if (route) return toRouted(route);
  const target = await chooseTarget({ team, name, provider: input.providerHeader, callerKey, passthrough });
  return toResolved(target ?? (await refuseModel(team, name)), name);
}
