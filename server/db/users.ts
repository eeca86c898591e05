import { prisma } from "#server/db/client";
import type { Prisma } from "#server/db/generated/client";

export interface UserRow {
  id: string;
  email: string;
  name: string | null;
  image: string | null;
  passwordHash: string | null;
  createdAt: Date;
}

/** Emails are kept lower-cased and trimmed; look-ups compare in that form. */
export function normalizeEmail(email: string): string {
  return email.trim().toLowerCase();
}

/** The person with that email, or null. */
export async function findUserByEmail(email: string, tx: Prisma.TransactionClient = prisma()): Promise<UserRow | null> {
  return tx.user.findUnique({ where: { email: normalizeEmail(email) } });
}

/** The person of that id, or null. */
export async function findUser(id: string): Promise<UserRow | null> {
  return prisma().user.findUnique({ where: { id } });
}

/** Stores a new person. A taken email is a unique violation. */
export async function insertUser(
  row: Pick<UserRow, "id" | "email" | "name" | "image" | "passwordHash">,
  tx: Prisma.TransactionClient,
): Promise<void> {
  await tx.user.create({ data: { ...row, email: normalizeEmail(row.email) } });
}

/** Replaces a password hash. */
export async function updatePasswordHash(
  input: { userId: string; passwordHash: string },
  tx: Prisma.TransactionClient = prisma(),
): Promise<void> {
  await tx.user.update({ where: { id: input.userId }, data: { passwordHash: input.passwordHash } });
}

/** Changes the name shown. */
export async function updateUserName(input: { userId: string; name: string }): Promise<void> {
  await prisma().user.update({ where: { id: input.userId }, data: { name: input.name } });
}

/** The person that signs in with this outside account, or null. */
export async function findUserByOAuthAccount({
  provider,
  providerAccountId,
}: {
  provider: string;
  providerAccountId: string;
}): Promise<UserRow | null> {
  const account = await prisma().oAuthAccount.findUnique({
    where: { provider_providerAccountId: { provider, providerAccountId } },
    select: { user: true },
  });
  return account?.user ?? null;
}

/** Ties an outside account to a person; leaves a tie that is there as it is. */
export async function insertOAuthAccount(
  row: { provider: string; providerAccountId: string; userId: string },
  tx: Prisma.TransactionClient = prisma(),
): Promise<void> {
  await tx.oAuthAccount.createMany({ data: [row], skipDuplicates: true });
}

/** Emails of everybody who owns a team. */
export async function listOwnerEmails(tx: Prisma.TransactionClient = prisma()): Promise<string[]> {
  const rows = await tx.user.findMany({
    where: { memberships: { some: { role: "owner" } } },
    orderBy: { createdAt: "asc" },
    select: { email: true },
  });
  return rows.map((row) => row.email);
}

/** Names (or emails) of the given people, by id. */
export async function namesOfUsers(ids: string[]): Promise<Map<string, string>> {
  const rows = await prisma().user.findMany({
    where: { id: { in: ids } },
    select: { id: true, name: true, email: true },
  });
  return new Map(rows.map((row) => [row.id, row.name ?? row.email]));
}
