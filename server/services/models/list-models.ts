import type { ServiceContext } from "#server/services/context";
import { type CatalogueEntry, readCatalogue } from "#server/services/models/model-catalogue";
import { loadTeamModels } from "#server/services/models/team-models";

/** A model as OpenAI's API describes one. */
export interface ModelObject {
  id: string;
  object: "model";
  created: number;
  owned_by: string;
}

/** The catalogue's entry in OpenAI's shape. */
export function toModelObject(entry: CatalogueEntry): ModelObject {
  return { id: entry.id, object: "model", created: entry.created, owned_by: entry.ownedBy };
}

/** All models that the caller's team can call, in OpenAI's shape. Vendors that cannot be asked are left out. */
export async function listModels({ ctx }: { ctx: ServiceContext }): Promise<{ object: "list"; data: ModelObject[] }> {
  const team = await loadTeamModels(ctx.principal.teamId);
  return { object: "list", data: (await readCatalogue(team)).map(toModelObject) };
}
