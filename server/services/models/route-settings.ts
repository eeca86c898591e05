import { z } from "zod";
import { isUniqueViolation } from "#server/db/database-errors";
import type { RouteTarget } from "#server/db/model-routes";
import { AppError } from "#server/errors";
import type { ModelInfo } from "#server/providers/provider";
import { runsInside } from "#server/providers/registry";
import { chooseTarget, type ModelTarget } from "#server/services/models/choose-target";
import { knownModels } from "#server/services/models/known-models";
import { embeddingFamily } from "#server/services/models/route-embedding-model";
import { loadTeamModels } from "#server/services/models/team-models";

const MAX_TARGETS = 20;

/** What an alias consists of. */
export const ModelRouteSettings = z.object({
  alias: z
    .string()
    .trim()
    .min(1, "Name the alias.")
    .max(100)
    .regex(/^[^\s@]+$/, "An alias has no spaces and no @."),
  targets: z
    .array(
      z.object({
        model: z.string().trim().min(1, "Choose a model.").max(200),
        /** Lower ones are asked first; targets of one priority share the requests by weight. */
        priority: z.number().int().min(1).max(1_000),
        /** 0: only when the others of its priority fail. */
        weight: z.number().int().min(0).max(1_000),
      }),
    )
    .min(1, "Name at least one model.")
    .max(MAX_TARGETS),
});

/** The targets by priority, numbered 1, 2, 3 without gaps; the order inside one priority stays. */
export function arrangeTargets(targets: readonly RouteTarget[]): RouteTarget[] {
  const priorities = [...new Set(targets.map((target) => target.priority))].sort((a, b) => a - b);
  return targets
    .map((target) => ({ ...target, priority: priorities.indexOf(target.priority) + 1 }))
    .sort((a, b) => a.priority - b.priority);
}

function refuse(message: string, index: number): AppError {
  return new AppError("invalid_value", message, { param: `targets[${index}].model` });
}

async function kindOf({ connection, modelId }: ModelTarget): Promise<ModelInfo["kind"]> {
  const listed = (await knownModels(connection))?.find((model) => model.id === modelId);
  return listed?.kind ?? "unknown";
}

/**
 * Checks the targets of an alias: each is answered by a connection and named once, and all are language models, or all
 * the one embedding model, since vectors of two models cannot be compared.
 * @throws AppError invalid_value, naming the target
 */
export async function requireTargets(teamId: string, targets: readonly RouteTarget[]): Promise<void> {
  const team = await loadTeamModels(teamId);
  const named = new Set<string>();
  const kinds: { name: string; modelId: string; kind: ModelInfo["kind"] }[] = [];
  for (const [index, { model }] of targets.entries()) {
    const target = await chooseTarget({ team, name: model, provider: null, callerKey: null, passthrough: false });
    const kind = target && (await kindOf(target));
    // The models that run here are all listed, so an unlisted one is none.
    if (!target || !kind || (runsInside(target.connection.kind) && kind === "unknown"))
      throw refuse(`No connection answers '${model}'. Write it as connection/model.`, index);
    const name = `${target.connection.name}/${target.modelId}`;
    if (named.has(name)) throw refuse(`'${name}' is named twice. Give it one line and a higher weight.`, index);
    named.add(name);
    kinds.push({ name: model, modelId: target.modelId, kind });
  }
  requireOneKind(kinds);
}

function requireOneKind(targets: readonly { name: string; modelId: string; kind: ModelInfo["kind"] }[]): void {
  const embedding = targets.find((target) => target.kind === "embedding");
  if (!embedding) return;
  for (const [index, { name, modelId, kind }] of targets.entries()) {
    if (kind === "language") {
      throw refuse(
        `An alias stands for language models or for an embedding model: '${name}' is no embedding model.`,
        index,
      );
    }
    if (embeddingFamily(modelId) === embeddingFamily(embedding.modelId)) continue;
    const what = `'${name}' is another embedding model than '${embedding.name}'`;
    throw refuse(
      `${what}, and vectors of two models cannot be compared. Name one model, at several connections.`,
      index,
    );
  }
}

/** The error of a write, with a taken name told as such. */
export function toAliasError(error: unknown, alias: string): unknown {
  if (!isUniqueViolation(error)) return error;
  return new AppError("invalid_value", `The alias '${alias}' exists already.`, { param: "alias" });
}
