import type { Connection, ModelInfo } from "#server/providers/provider";
import { knownModels } from "#server/services/models/known-models";
import { contextWindowOf } from "#server/services/models/price";
import type { TeamModels } from "#server/services/models/team-models";

/** One model that a team can call. */
export interface CatalogueEntry {
  /** An alias, or `connection/model`. */
  id: string;
  /** The connection's name; empty for an alias. */
  provider: string;
  kind: ModelInfo["kind"];
  /** True for embeddings that only count words. */
  lexical: boolean;
  /** True for the built-in models, which cost nothing. */
  free: boolean;
  /** In tokens; null when nobody says. */
  contextWindow: number | null;
  ownedBy: string;
  /** Seconds since the epoch; 0 when unknown. */
  created: number;
  /** What an alias stands for, in order; null for a model itself. */
  targets: readonly string[] | null;
}

function toEntry(connection: Connection, model: ModelInfo): CatalogueEntry {
  const builtin = connection.kind === "builtin";
  return {
    id: `${connection.name}/${model.id}`,
    provider: connection.name,
    kind: model.kind,
    lexical: builtin && model.kind === "embedding",
    free: builtin,
    contextWindow: contextWindowOf(connection, model.id, model),
    ownedBy: model.ownedBy || connection.name,
    created: model.created,
    targets: null,
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
  const aliases = [...team.routes].map(([alias, targets]): CatalogueEntry => {
    const common = { provider: "", kind: "language", lexical: false, free: false, contextWindow: null } as const;
    return { id: alias, ...common, ownedBy: "team", created: 0, targets };
  });
  return [...aliases, ...lists.flat()];
}
