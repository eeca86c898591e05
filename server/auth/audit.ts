import type { Principal } from "#server/auth/principal";
import { type AuditRow, insertAudit } from "#server/db/audit";
import type { TransactionClient } from "#server/db/client";
import { newId } from "#server/ids";

export interface AuditEntry {
  /** `<resource>.<verb>`: `apiKey.create`. Its first half is the resource's type. */
  action: `${string}.${string}`;
  resourceId: string | null;
  /** Names, roles, scopes: what changed. Never a secret. */
  detail?: AuditRow["detail"];
}

/** Notes who did what in the team's audit log, in the transaction that does it. */
export async function recordAudit(principal: Principal, entry: AuditEntry, tx?: TransactionClient): Promise<void> {
  await insertAudit(
    {
      id: newId("audit"),
      teamId: principal.teamId,
      actorType: principal.type,
      actorId: actorIdOf(principal),
      action: entry.action,
      resourceType: entry.action.slice(0, entry.action.indexOf(".")),
      resourceId: entry.resourceId,
      detail: entry.detail ?? {},
    },
    tx,
  );
}

function actorIdOf(principal: Principal): string | null {
  if (principal.type === "user") return principal.userId;
  return principal.type === "apiKey" ? principal.keyId : null;
}
