import { prisma } from "#server/db/client";
import type { Prisma } from "#server/db/generated/client";
import { mapped } from "#server/db/mapped";

export interface ModelRouteRow {
  id: string;
  teamId: string;
  /** What callers write as `model`. */
  alias: string;
  /** `connection/model`, in order. */
  targets: string[];
  createdAt: Date;
}

/** A team's aliases by name. */
export async function listModelRoutes(teamId: string): Promise<ModelRouteRow[]> {
  return mapped(() => prisma().modelRoute.findMany({ where: { teamId }, orderBy: { alias: "asc" } }));
}

/** Adds an alias. One that the team has already is a unique violation. */
export async function insertModelRoute(row: ModelRouteRow, tx: Prisma.TransactionClient): Promise<void> {
  await tx.modelRoute.create({ data: row });
}

/** Removes an alias and returns it; null when the team has none of that id. */
export async function deleteModelRoute(
  { teamId, id }: { teamId: string; id: string },
  tx: Prisma.TransactionClient,
): Promise<ModelRouteRow | null> {
  const row = await tx.modelRoute.findFirst({ where: { teamId, id } });
  if (row) await tx.modelRoute.deleteMany({ where: { teamId, id } });
  return row;
}
