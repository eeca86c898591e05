import type { Connection, ModelInfo } from "#server/providers/provider";
import { runsInside } from "#server/providers/registry";
import { knownModels } from "#server/services/models/known-models";
import { factsOf, type ModelFacts } from "#server/services/models/price";
import type { TeamModels } from "#server/services/models/team-models";

/** One model that a team can call. */
export interface CatalogueEntry extends ModelFacts {
  /** An alias, or `connection/model`. */
  id: string;
  /** The connection's name; empty for an alias. */
  provider: string;
  kind: ModelInfo["kind"];
  /** True for embeddings that only count words. */
  lexical: boolean;
  /** True for the models that run inside this server, which cost nothing. */
  free: boolean;
  ownedBy: string;
  /** Seconds since the epoch; 0 when unknown. */
  created: number;
  /** What an alias stands for, by priority; null for a model itself. */
  targets: readonly string[] | null;
  /** What the model is, where its name could mislead. */
  description?: string;
}

function toEntry(connection: Connection, model: ModelInfo): CatalogueEntry {
  return {
    id: `${connection.name}/${model.id}`,
    provider: connection.name,
    kind: model.kind,
    lexical: connection.kind === "builtin" && model.kind === "embedding",
    free: runsInside(connection.kind),
    ...factsOf(connection, model.id, model),
    ownedBy: model.ownedBy || connection.name,
    created: model.created,
    targets: null,
    ...(model.description === undefined ? {} : { description: model.description }),
  };
}

const UNKNOWN: ModelFacts = { contextWindow: null, maxOutputTokens: null, modalities: null, prices: null };

/** An alias is described as the first of its targets. */
function toAlias(alias: string, targets: readonly string[], models: readonly CatalogueEntry[]): CatalogueEntry {
  const first = models.find((model) => model.id === targets[0]);
  const { contextWindow, maxOutputTokens, modalities, prices } = first ?? UNKNOWN;
  return {
    id: alias,
    provider: "",
    kind: first?.kind ?? "language",
    lexical: false,
    free: false,
    contextWindow,
    maxOutputTokens,
    modalities,
    prices,
    ownedBy: "team",
    created: 0,
    targets,
  };
}

/** Every model a team can call by name: aliases first, then each connection's list in the team's order. */
export async function readCatalogue(team: TeamModels): Promise<CatalogueEntry[]> {
  const lists = await Promise.all(
    team.connections.map(async (connection) => {
      const models = (await knownModels(connection)) ?? [];
      return models.map((model) => toEntry(connection, model));
    }),
  );
  const models = lists.flat();
  const aliases = [...team.routes].map(([alias, routed]) => {
    const targets = routed.map((target) => target.model);
    return toAlias(alias, targets, models);
  });
  return [...aliases, ...models];
}
