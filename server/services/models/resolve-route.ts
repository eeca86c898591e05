import type { ServiceContext } from "#server/services/context";
import { chooseTarget, type ModelTarget } from "#server/services/models/choose-target";
import { breakerOf } from "#server/services/models/circuit-breaker";
import { openModel } from "#server/services/models/known-inputs";
import { orderTargets, type TargetRank } from "#server/services/models/order-targets";
import { priceOf } from "#server/services/models/price";
import { type RouteCandidate, type RoutedModel, routeModel } from "#server/services/models/route-model";
import type { TeamModels } from "#server/services/models/team-models";

export interface RouteQuestion {
  team: TeamModels;
  /** What the caller wrote, if it is an alias. */
  alias: string;
  callerKey: string | null;
  passthrough: boolean;
}

/** A target of an alias that a connection answers, and how it stands to the others. */
export type RankedTarget = ModelTarget & TargetRank;

/** The targets of an alias that a connection answers, by priority; empty when the name is no alias. */
export async function findTargets({ alias, ...question }: RouteQuestion): Promise<RankedTarget[]> {
  const targets = question.team.routes.get(alias) ?? [];
  const found = await Promise.all(
    targets.map(async ({ model, priority, weight }) => {
      const target = await chooseTarget({ ...question, name: model, provider: null });
      return target ? [{ ...target, priority, weight }] : [];
    }),
  );
  return found.flat();
}

/**
 * The model of an alias for one response, its targets drawn into an order; null when the name is no alias, or no
 * connection answers any of its targets.
 */
export async function resolveRoute(ctx: ServiceContext, question: RouteQuestion): Promise<RoutedModel | null> {
  const { teamId } = ctx.principal;
  const candidates = orderTargets(await findTargets(question)).map(({ connection, modelId }): RouteCandidate => {
    // What a caller's own key is refused says nothing about the team's.
    const breaker = question.callerKey === null ? breakerOf(teamId, { connection, modelId }) : null;
    return {
      name: `${connection.name}/${modelId}`,
      connection,
      modelId,
      model: openModel({ connection, modelId }),
      breaker,
      price: (usage) => priceOf(connection, modelId, usage),
    };
  });
  const [first, ...others] = candidates;
  if (!first) return null;
  return routeModel({
    alias: question.alias,
    candidates: [first, ...others],
    trace: ctx.trace,
    onServing: ({ name, connection }) => ctx.trace.set({ servedModel: name, provider: connection.name }),
  });
}
