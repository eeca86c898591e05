import { prisma } from "#server/db/client";
import type { Prisma } from "#server/db/generated/client";

export interface SessionRow {
  id: string;
  userId: string;
  userAgent: string | null;
  address: string | null;
  createdAt: Date;
  lastSeenAt: Date;
  expiresAt: Date;
  revokedAt: Date | null;
  /** The team last chosen on this session; counts only where a Membership row agrees. */
  activeTeamId: string | null;
}

/** Stores a new session. */
export async function insertSession(
  row: Pick<SessionRow, "id" | "userId" | "userAgent" | "address" | "createdAt" | "expiresAt">,
): Promise<void> {
  await prisma().session.create({ data: { ...row, lastSeenAt: row.createdAt } });
}

/** The session of that id, whatever its state, or null. */
export async function findSession(id: string): Promise<SessionRow | null> {
  return prisma().session.findUnique({ where: { id } });
}

/** Notes that the session was used. */
export async function touchSession(id: string, lastSeenAt: Date): Promise<void> {
  await prisma().session.updateMany({ where: { id }, data: { lastSeenAt } });
}

/** Keeps which team the next requests of this session act in. */
export async function updateActiveTeam(input: { sessionId: string; teamId: string }): Promise<void> {
  await prisma().session.updateMany({ where: { id: input.sessionId }, data: { activeTeamId: input.teamId } });
}

/** The person's sessions that still count at `now`, last used first. */
export async function listLiveSessions(userId: string, now: Date): Promise<SessionRow[]> {
  return prisma().session.findMany({
    where: { userId, revokedAt: null, expiresAt: { gt: now } },
    orderBy: [{ lastSeenAt: "desc" }, { id: "desc" }],
    take: 100,
  });
}

/** Revokes one live session of that person. False when there is none of that id. */
export async function revokeSessionOf(input: { userId: string; sessionId: string; now: Date }): Promise<boolean> {
  const { count } = await prisma().session.updateMany({
    where: { id: input.sessionId, userId: input.userId, revokedAt: null },
    data: { revokedAt: input.now },
  });
  return count > 0;
}

/** Revokes every live session of that person but `exceptId`, and tells their ids. */
export async function revokeSessionsOf(
  input: { userId: string; exceptId: string | null; now: Date },
  tx: Prisma.TransactionClient = prisma(),
): Promise<string[]> {
  const revoked = await tx.session.updateManyAndReturn({
    where: { userId: input.userId, revokedAt: null, ...(input.exceptId ? { id: { not: input.exceptId } } : {}) },
    data: { revokedAt: input.now },
    select: { id: true },
  });
  return revoked.map((session) => session.id);
}

/** Removes sessions that ended before `before`. */
export async function deleteEndedSessions(before: Date): Promise<void> {
  await prisma().session.deleteMany({
    where: { OR: [{ expiresAt: { lt: before } }, { revokedAt: { lt: before } }] },
  });
}
