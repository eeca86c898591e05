import { prisma } from "#server/db/client";
import type { Prisma } from "#server/db/generated/client";

export interface InvitationRow {
  id: string;
  teamId: string;
  role: string;
  /** Who it is meant for, as a note; the link alone admits. */
  email: string | null;
  createdById: string | null;
  createdAt: Date;
  expiresAt: Date;
  acceptedAt: Date | null;
  revokedAt: Date | null;
}

const shown = {
  id: true,
  teamId: true,
  role: true,
  email: true,
  createdById: true,
  createdAt: true,
  expiresAt: true,
  acceptedAt: true,
  revokedAt: true,
} as const;

/** Stores an invitation under the hash of its link's token. */
export async function insertInvitation(
  row: Omit<InvitationRow, "acceptedAt" | "revokedAt"> & { tokenHash: string },
  tx: Prisma.TransactionClient,
): Promise<void> {
  await tx.invitation.create({ data: row });
}

/** A team's latest invitations, the newest first; at most 200. */
export async function listInvitations(teamId: string): Promise<InvitationRow[]> {
  return prisma().invitation.findMany({
    where: { teamId },
    orderBy: [{ createdAt: "desc" }, { id: "desc" }],
    take: 200,
    select: shown,
  });
}

/** The invitation that a link opens at `now`, with the team's name; null when it is unknown, used, revoked or over. */
export async function findOpenInvitation(
  tokenHash: string,
  now: Date,
): Promise<(InvitationRow & { teamName: string }) | null> {
  const row = await prisma().invitation.findFirst({
    where: { tokenHash, acceptedAt: null, revokedAt: null, expiresAt: { gt: now } },
    select: { ...shown, team: { select: { name: true } } },
  });
  if (!row) return null;
  const { team, ...invitation } = row;
  return { ...invitation, teamName: team.name };
}

/** Uses an open invitation up and returns it; null when there is none to use. Of several callers one gets it. */
export async function takeInvitation(
  input: { tokenHash: string; now: Date },
  tx: Prisma.TransactionClient,
): Promise<InvitationRow | null> {
  const [row] = await tx.invitation.updateManyAndReturn({
    where: { tokenHash: input.tokenHash, acceptedAt: null, revokedAt: null, expiresAt: { gt: input.now } },
    data: { acceptedAt: input.now },
    select: shown,
  });
  return row ?? null;
}

/** Revokes a team's invitation. False when there is none of that id to revoke. */
export async function revokeInvitation(
  input: { teamId: string; id: string; now: Date },
  tx: Prisma.TransactionClient,
): Promise<boolean> {
  const { count } = await tx.invitation.updateMany({
    where: { id: input.id, teamId: input.teamId, acceptedAt: null, revokedAt: null },
    data: { revokedAt: input.now },
  });
  return count === 1;
}
