import type { Principal, Scope } from "#server/auth/principal";
import { AppError } from "#server/errors";

/** Every scope a key can carry. None implies another. */
export const SCOPES: readonly Scope[] = [
  "responses.read",
  "responses.write",
  "files.read",
  "files.write",
  "vector_stores.read",
  "vector_stores.write",
  "models.read",
  "models.write",
  "admin.read",
  "admin.write",
];

/** What a new key gets unless told otherwise: all of `/v1` but the administration. */
export const DEFAULT_SCOPES: readonly Scope[] = SCOPES.filter((scope) => !scope.startsWith("admin."));

/** What a passthrough caller may do where accounts exist: run responses, and nothing that shows the team's data. */
export const PASSTHROUGH_SCOPES: readonly Scope[] = ["responses.read", "responses.write", "models.read"];

/** True when `value` is a scope. */
export function isScope(value: string): value is Scope {
  return SCOPES.some((scope) => scope === value);
}

/** False for callers with a vendor's key where accounts exist: anybody can say to have one. */
export function isOfTeam(principal: Principal): boolean {
  return principal.type !== "passthrough" || DEFAULT_SCOPES.every((scope) => principal.scopes.includes(scope));
}

/**
 * Refuses callers with a vendor's key where accounts exist: they may use what they made, by its id, and see or change
 * nothing that the team keeps together.
 * @throws AppError insufficient_scope
 */
export function requireTeamKey(principal: Principal): void {
  if (isOfTeam(principal)) return;
  throw new AppError("insufficient_scope", "A provider key does not open what the team keeps. Use an API key.");
}

/**
 * Lets a key or passthrough caller pass when it carries `scope`. People are judged by role, not by scope: they pass
 * here, and every service asks `requirePermission`.
 * @throws AppError insufficient_scope, naming the scope
 */
export function requireScope(principal: Principal, scope: Scope): void {
  if (principal.type === "user" || principal.type === "system") return;
  if (principal.scopes.includes(scope)) return;
  const who = principal.type === "apiKey" ? "This API key" : "A provider key";
  throw new AppError("insufficient_scope", `${who} lacks the scope ${scope}.`);
}
