import { requirePermission } from "#server/auth/permissions";
import type { ServiceContext } from "#server/services/context";
import { type CatalogueEntry, readCatalogue } from "#server/services/models/model-catalogue";
import { loadTeamModels } from "#server/services/models/team-models";

export interface PickerModels {
  models: CatalogueEntry[];
  /** What a request without `model` runs on. */
  defaultModel: string;
}

/** The models of the team as the dashboard offers them. */
export async function listPickerModels({ ctx }: { ctx: ServiceContext }): Promise<PickerModels> {
  requirePermission(ctx.principal, "models.read");
  const team = await loadTeamModels(ctx.principal.teamId);
  return { models: await readCatalogue(team), defaultModel: team.defaultModel ?? "builtin/demo" };
}
