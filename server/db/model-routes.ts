import { z } from "zod";
import { prisma } from "#server/db/client";
import type { Prisma } from "#server/db/generated/client";
import { mapped } from "#server/db/mapped";

const StoredTargets = z.array(
  z.object({
    /** `connection/model`. */
    model: z.string(),
    /** Lower ones are asked first; those of one priority share the requests. */
    priority: z.number(),
    /** Its share among those of its priority. */
    weight: z.number(),
  }),
);

/** One of the models that an alias stands for. */
export type RouteTarget = z.infer<typeof StoredTargets>[number];

export interface ModelRouteRow {
  id: string;
  teamId: string;
  /** What callers write as `model`. */
  alias: string;
  /** By priority. */
  targets: RouteTarget[];
  createdAt: Date;
}

type Key = { teamId: string; id: string };
type StoredRoute = Omit<ModelRouteRow, "targets"> & { targets: unknown };

function toRow(stored: StoredRoute): ModelRouteRow {
  return { ...stored, targets: StoredTargets.parse(stored.targets) };
}

/** A team's aliases by name. */
export async function listModelRoutes(teamId: string): Promise<ModelRouteRow[]> {
  const rows = await mapped(() => prisma().modelRoute.findMany({ where: { teamId }, orderBy: { alias: "asc" } }));
  return rows.map(toRow);
}

/** Adds an alias. One that the team has already is a unique violation. */
export async function insertModelRoute(row: ModelRouteRow, tx: Prisma.TransactionClient): Promise<void> {
  await tx.modelRoute.create({ data: row });
}

/** Changes an alias and returns it; null when the team has none of that id. A taken name is a unique violation. */
export async function updateModelRoute(
  { teamId, id, change }: Key & { change: { alias: string; targets: RouteTarget[] } },
  tx: Prisma.TransactionClient,
): Promise<ModelRouteRow | null> {
  const { count } = await tx.modelRoute.updateMany({ where: { teamId, id }, data: change });
  const row = count === 0 ? null : await tx.modelRoute.findFirst({ where: { teamId, id } });
  return row && toRow(row);
}

/** Removes an alias and returns it; null when the team has none of that id. */
export async function deleteModelRoute(
  { teamId, id }: Key,
  tx: Prisma.TransactionClient,
): Promise<ModelRouteRow | null> {
  const row = await tx.modelRoute.findFirst({ where: { teamId, id } });
  if (row) await tx.modelRoute.deleteMany({ where: { teamId, id } });
  return row && toRow(row);
}
