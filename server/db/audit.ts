import { prisma } from "#server/db/client";
import type { Prisma } from "#server/db/generated/client";

export interface AuditRow {
  id: string;
  teamId: string;
  /** `user`, `apiKey`, `passthrough` or `system`. */
  actorType: string;
  actorId: string | null;
  /** `<resource>.<verb>`: `apiKey.create`. */
  action: string;
  resourceType: string;
  resourceId: string | null;
  /** Names, roles, scopes: what changed. Never a secret. */
  detail: Prisma.InputJsonObject;
}

/** Stores what was done, in the transaction that does it. */
export async function insertAudit(row: AuditRow, tx: Prisma.TransactionClient = prisma()): Promise<void> {
  await tx.auditLog.create({ data: row });
}
