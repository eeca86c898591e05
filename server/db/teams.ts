import { prisma } from "#server/db/client";
import type { Prisma } from "#server/db/generated/client";

export interface TeamRow {
  id: string;
  name: string;
  /** `connection/model` or an alias; null: the built-in demo model. */
  defaultModel: string | null;
  /** Days that stored responses are kept, and traces. */
  responseRetentionDays: number;
  traceRetentionDays: number;
  createdAt: Date;
}

/** The team of that id, or null. */
export async function findTeam(id: string): Promise<TeamRow | null> {
  return prisma().team.findUnique({ where: { id } });
}

/** The team made first: the one that first start made. Null on an empty database. */
export async function findFirstTeam(tx: Prisma.TransactionClient = prisma()): Promise<TeamRow | null> {
  return tx.team.findFirst({ orderBy: { id: "asc" } });
}

/** Makes a team when there is none at all, so that of several starting nodes one does it. */
export async function insertFirstTeam(row: { id: string; name: string }): Promise<void> {
  await prisma().$executeRaw`
    INSERT INTO team (id, name)
    SELECT ${row.id}, ${row.name}
    WHERE pg_advisory_xact_lock(${FIRST_TEAM_LOCK}) IS NOT NULL AND NOT EXISTS (SELECT 1 FROM team)`;
}

/** What a team may change of itself. */
export type TeamChange = Partial<
  Pick<TeamRow, "name" | "defaultModel" | "responseRetentionDays" | "traceRetentionDays">
>;

/** Changes what `change` names. */
export async function updateTeam(
  input: { id: string; change: TeamChange },
  tx: Prisma.TransactionClient = prisma(),
): Promise<TeamRow> {
  return tx.team.update({ where: { id: input.id }, data: input.change });
}

/** Locks the team until the transaction ends: what follows about its owners is decided one at a time. */
export async function lockTeam(id: string, tx: Prisma.TransactionClient): Promise<void> {
  await tx.$queryRaw`SELECT id FROM team WHERE id = ${id} FOR UPDATE`;
}

// Any number no other advisory lock uses: "team" in ASCII.
const FIRST_TEAM_LOCK = 0x74656d;

/** How long each team keeps its stored responses, in days. */
export async function listResponseRetentions(): Promise<{ id: string; days: number }[]> {
  const teams = await prisma().team.findMany({ select: { id: true, responseRetentionDays: true } });
  return teams.map((team) => ({ id: team.id, days: team.responseRetentionDays }));
}
