import { prisma } from "#server/db/client";
import type { Prisma } from "#server/db/generated/client";

/** Stores a link's hash, and clears away those that ran out. */
export async function insertSetupToken(row: { tokenHash: string; createdAt: Date; expiresAt: Date }): Promise<void> {
  await prisma().setupToken.deleteMany({ where: { expiresAt: { lt: row.createdAt } } });
  await prisma().setupToken.create({ data: row });
}

/** True when the link can still be used at `now`. */
export async function isSetupTokenUsable(tokenHash: string, now: Date): Promise<boolean> {
  const row = await prisma().setupToken.findUnique({ where: { tokenHash } });
  return row !== null && row.usedAt === null && row.expiresAt > now;
}

/** Uses the link up. False when it is unknown, used or over: of several callers one gets true. */
export async function takeSetupToken(
  input: { tokenHash: string; now: Date },
  tx: Prisma.TransactionClient,
): Promise<boolean> {
  const { count } = await tx.setupToken.updateMany({
    where: { tokenHash: input.tokenHash, usedAt: null, expiresAt: { gt: input.now } },
    data: { usedAt: input.now },
  });
  return count === 1;
}

/** Removes every link. Those printed before there was an owner must not later recover an owner's password. */
export async function deleteSetupTokens(tx: Prisma.TransactionClient): Promise<void> {
  await tx.setupToken.deleteMany({});
}
