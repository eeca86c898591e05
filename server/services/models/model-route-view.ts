import type { ModelRouteRow, RouteTarget } from "#server/db/model-routes";
import { chooseTarget } from "#server/services/models/choose-target";
import { type BreakerReport, breakerOf, readBreaker } from "#server/services/models/circuit-breaker";
import { loadTeamModels, type TeamModels } from "#server/services/models/team-models";

export interface RouteTargetView extends RouteTarget {
  /** How its circuit breaker stands on the node that answers; null when no connection answers the name any more. */
  breaker: BreakerReport | null;
}

export interface ModelRouteView extends Omit<ModelRouteRow, "teamId" | "targets"> {
  targets: RouteTargetView[];
}

async function toTargetView(teamId: string, team: TeamModels, target: RouteTarget): Promise<RouteTargetView> {
  const question = { team, name: target.model, provider: null, callerKey: null, passthrough: false };
  const found = await chooseTarget(question);
  return { ...target, breaker: found && readBreaker(breakerOf(teamId, found)) };
}

/** What of a stored alias is shown, with how its targets do. */
export async function toModelRouteView(row: ModelRouteRow): Promise<ModelRouteView> {
  const { id, alias, createdAt, teamId } = row;
  const team = await loadTeamModels(teamId);
  const targets = await Promise.all(row.targets.map((target) => toTargetView(teamId, team, target)));
  return { id, alias, targets, createdAt };
}
