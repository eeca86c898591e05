import type { ModelObject } from "#server/protocol/models";
import type { ServiceContext } from "#server/services/context";
import { toModelObject } from "#server/services/models/list-models";
import { readCatalogue } from "#server/services/models/model-catalogue";
import { refuseModel } from "#server/services/models/refuse-model";
import { loadTeamModels } from "#server/services/models/team-models";

/**
 * One model by its listed id, or by its plain name when a connection lists it.
 * @throws AppError model_not_found, naming the nearest known ones
 */
export async function getModel({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: { model: string };
}): Promise<ModelObject> {
  const team = await loadTeamModels(ctx.principal.teamId);
  const catalogue = await readCatalogue(team);
  const found =
    catalogue.find((entry) => entry.id === input.model) ??
    catalogue.find((entry) => entry.targets === null && entry.id === `${entry.provider}/${input.model}`);
  return found ? { ...toModelObject(found), id: input.model } : refuseModel(team, input.model);
}
