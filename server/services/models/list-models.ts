import type { ModelObject } from "#server/protocol/models";
import type { ServiceContext } from "#server/services/context";
import { type CatalogueEntry, readCatalogue } from "#server/services/models/model-catalogue";
import { loadTeamModels } from "#server/services/models/team-models";

/** The catalogue's entry in OpenAI's shape, with what is known of the model beside it. */
export function toModelObject(entry: CatalogueEntry): ModelObject {
  const { prices } = entry;
  return {
    id: entry.id,
    object: "model",
    created: entry.created,
    owned_by: entry.ownedBy,
    kind: entry.kind,
    context_window: entry.contextWindow,
    max_output_tokens: entry.maxOutputTokens,
    modalities: entry.modalities,
    prices: prices && {
      currency: "USD",
      per_tokens: 1_000_000,
      input: prices.input,
      cached_input: prices.cachedInput,
      output: prices.output,
    },
    ...(entry.description === undefined ? {} : { description: entry.description }),
  };
}

/** All models that the caller's team can call, in OpenAI's shape. Vendors that cannot be asked are left out. */
export async function listModels({ ctx }: { ctx: ServiceContext }): Promise<{ object: "list"; data: ModelObject[] }> {
  const team = await loadTeamModels(ctx.principal.teamId);
  return { object: "list", data: (await readCatalogue(team)).map(toModelObject) };
}
