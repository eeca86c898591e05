import { prisma } from "#server/db/client";

export interface Inventory {
  teams: number;
  responses: number;
  files: { teamId: string; id: string }[];
}

/** What the whole database holds, over all teams: for the command that checks a restored one. */
export async function takeInventory(): Promise<Inventory> {
  const [teams, responses, files] = await Promise.all([
    prisma().team.count(),
    prisma().response.count(),
    prisma().file.findMany({ select: { teamId: true, id: true }, orderBy: [{ teamId: "asc" }, { id: "asc" }] }),
  ]);
  return { teams, responses, files };
}
