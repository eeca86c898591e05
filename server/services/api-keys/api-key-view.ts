import { z } from "zod";
import { displayKey } from "#server/auth/authenticate-bearer";
import { roleHolds } from "#server/auth/permissions";
import type { Principal } from "#server/auth/principal";
import { isScope, SCOPES } from "#server/auth/require-scope";
import { clock } from "#server/clock";
import type { ApiKeyRow } from "#server/db/api-keys";
import { AppError } from "#server/errors";

const limit = z.number().int().min(1).max(1_000_000_000).nullable();

const toolIds = z.array(z.string().max(100)).max(500);

/** What can be set on a key, at its making and later. */
export const ApiKeySettings = z.object({
  name: z.string().trim().min(1, "Name the key.").max(100),
  scopes: z.array(z.enum(SCOPES)).min(1, "Choose at least one scope."),
  /** False: nothing of inputs and outputs is kept once a run has ended. */
  logContent: z.boolean(),
  requestsPerMinute: limit,
  tokensPerMinute: limit,
  concurrentRuns: limit,
  /** When the key stops working; null: never. */
  expiresAt: z.date().nullable(),
  /** The saved tools that it may use; null: all, also those to come. */
  allowedToolIds: toolIds.nullable(),
  /** The saved tools of its requests that name none. */
  defaultToolIds: toolIds,
});

/** A key as it is shown: neither the key nor its hash. */
export interface ApiKeyView {
  id: string;
  name: string;
  /** `rj_AbCd…wxyz` */
  display: string;
  scopes: string[];
  logContent: boolean;
  requestsPerMinute: number | null;
  tokensPerMinute: number | null;
  concurrentRuns: number | null;
  /** null: every saved tool. */
  allowedToolIds: string[] | null;
  defaultToolIds: string[];
  /** Name or email of who made it; null for the server's own first key or somebody who is gone. */
  createdBy: string | null;
  createdAt: Date;
  expiresAt: Date | null;
  lastUsedAt: Date | null;
  revokedAt: Date | null;
  status: "active" | "expired" | "revoked";
  /** True when the asking person may change and revoke it. */
  editable: boolean;
}

/** What of a stored key may be shown to `principal`. */
export function toApiKeyView(row: ApiKeyRow, principal: Principal, createdBy: string | null): ApiKeyView {
  const { id, name, scopes, logContent, requestsPerMinute, tokensPerMinute, concurrentRuns } = row;
  const { createdAt, expiresAt, lastUsedAt, revokedAt } = row;
  const expired = expiresAt !== null && expiresAt.getTime() <= clock().now();
  return {
    ...{ id, name, scopes, logContent, requestsPerMinute, tokensPerMinute, concurrentRuns, createdBy },
    ...{ createdAt, expiresAt, lastUsedAt, revokedAt },
    allowedToolIds: row.anyTool ? null : row.allowedToolIds,
    defaultToolIds: row.defaultToolIds,
    display: displayKey(row),
    status: revokedAt ? "revoked" : expired ? "expired" : "active",
    editable: mayEdit(row, principal),
  };
}

/**
 * Lets pass whoever may change this key: its maker, or a role with apiKeys.manage.
 * @throws AppError permission_denied
 */
export function requireEditable(row: ApiKeyRow, principal: Principal): void {
  if (mayEdit(row, principal)) return;
  throw new AppError("permission_denied", "Only an owner or admin can change keys that somebody else made.");
}

/**
 * Nobody hands out through a key what their own role does not allow.
 * @throws AppError permission_denied, naming the scopes
 */
export function requireGrantable(scopes: readonly string[], principal: Principal): void {
  if (principal.type === "system") return;
  const excess = scopes.filter((scope) => !mayGrant(scope, principal));
  if (excess.length === 0) return;
  throw new AppError("permission_denied", `You cannot give a key the scopes ${excess.join(", ")}.`, {
    param: "scopes",
  });
}

function mayGrant(scope: string, principal: Principal): boolean {
  if (!isScope(scope)) return false;
  if (principal.type !== "user") return principal.type !== "system" && principal.scopes.includes(scope);
  return !scope.startsWith("admin.") || roleHolds(principal.role, "apiKeys.manage");
}

function mayEdit(row: ApiKeyRow, principal: Principal): boolean {
  if (principal.type !== "user") return true;
  if (roleHolds(principal.role, "apiKeys.manage")) return true;
  return roleHolds(principal.role, "apiKeys.write") && row.createdById === principal.userId;
}
