import { prisma } from "#server/db/client";
import type { Prisma } from "#server/db/generated/client";

export interface MembershipRow {
  teamId: string;
  userId: string;
  role: string;
  createdAt: Date;
}

export interface TeamOfUser {
  teamId: string;
  teamName: string;
  role: string;
}

export interface MemberRow {
  userId: string;
  name: string | null;
  email: string;
  image: string | null;
  role: string;
  joinedAt: Date;
}

/** The person's teams, the one joined first in front. */
export async function listTeamsOfUser(userId: string): Promise<TeamOfUser[]> {
  const rows = await prisma().membership.findMany({
    where: { userId },
    orderBy: [{ createdAt: "asc" }, { teamId: "asc" }],
    select: { teamId: true, role: true, team: { select: { name: true } } },
  });
  return rows.map((row) => ({ teamId: row.teamId, teamName: row.team.name, role: row.role }));
}

/** One membership, or null. */
export async function findMembership(
  key: { teamId: string; userId: string },
  tx: Prisma.TransactionClient = prisma(),
): Promise<MembershipRow | null> {
  return tx.membership.findUnique({ where: { teamId_userId: key } });
}

/** The membership of the wanted team when the person has it, else that of the team joined first, else null. */
export async function findActiveMembership(userId: string, wantedTeamId: string | null): Promise<MembershipRow | null> {
  const wanted = wantedTeamId ? await findMembership({ teamId: wantedTeamId, userId }) : null;
  if (wanted) return wanted;
  return prisma().membership.findFirst({ where: { userId }, orderBy: [{ createdAt: "asc" }, { teamId: "asc" }] });
}

/** Members of a team, the earliest first. */
export async function listMembers(teamId: string): Promise<MemberRow[]> {
  const rows = await prisma().membership.findMany({
    where: { teamId },
    orderBy: [{ createdAt: "asc" }, { userId: "asc" }],
    select: {
      userId: true,
      role: true,
      createdAt: true,
      user: { select: { name: true, email: true, image: true } },
    },
  });
  return rows.map(({ user, createdAt, ...row }) => ({ ...row, ...user, joinedAt: createdAt }));
}

/** Adds a membership; leaves one that is there as it is. */
export async function insertMembership(
  row: { teamId: string; userId: string; role: string },
  tx: Prisma.TransactionClient = prisma(),
): Promise<void> {
  await tx.membership.createMany({ data: [row], skipDuplicates: true });
}

/** Changes a role. */
export async function updateMembershipRole(
  input: { teamId: string; userId: string; role: string },
  tx: Prisma.TransactionClient,
): Promise<void> {
  const { role, ...key } = input;
  await tx.membership.update({ where: { teamId_userId: key }, data: { role } });
}

/** Removes a membership. */
export async function deleteMembership(
  key: { teamId: string; userId: string },
  tx: Prisma.TransactionClient,
): Promise<void> {
  await tx.membership.delete({ where: { teamId_userId: key } });
}

/** How many owners a team has. */
export async function countOwners(teamId: string, tx: Prisma.TransactionClient = prisma()): Promise<number> {
  return tx.membership.count({ where: { teamId, role: "owner" } });
}

/** True once any team has an owner. */
export async function anyOwnerExists(tx: Prisma.TransactionClient = prisma()): Promise<boolean> {
  return (await tx.membership.findFirst({ where: { role: "owner" }, select: { userId: true } })) !== null;
}

/** The first team that the person owns, or null. */
export async function findOwnedTeamId(userId: string, tx: Prisma.TransactionClient = prisma()): Promise<string | null> {
  const row = await tx.membership.findFirst({ where: { userId, role: "owner" }, orderBy: { createdAt: "asc" } });
  return row?.teamId ?? null;
}
