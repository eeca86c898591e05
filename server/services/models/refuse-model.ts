import { AppError } from "#server/errors";
import { listNames } from "#server/services/models/choose-target";
import { nearestNames } from "#server/services/models/nearest-names";
import type { TeamModels } from "#server/services/models/team-models";

/** @throws AppError model_not_found, always, naming the nearest known models */
export async function refuseModel(team: TeamModels, name: string): Promise<never> {
  const nearest = nearestNames(name, await listNames(team));
  const hint = nearest.length === 0 ? "" : ` Did you mean ${nearest.map((known) => `'${known}'`).join(", ")}?`;
  throw new AppError("model_not_found", `The model '${name}' does not exist or you do not have access to it.${hint}`, {
    param: "model",
  });
}
