import type { Principal, Role, Scope } from "#server/auth/principal";
import { requireScope } from "#server/auth/require-scope";
import { AppError } from "#server/errors";

export type Permission =
  | "team.read"
  | "team.write"
  | "team.manage"
  | "members.read"
  | "members.manage"
  | "invitations.read"
  | "invitations.manage"
  | "apiKeys.read"
  | "apiKeys.write"
  | "apiKeys.manage"
  | "providers.read"
  | "providers.manage"
  | "tools.read"
  | "tools.manage"
  | "models.read"
  | "models.manage"
  | "webhooks.read"
  | "webhooks.manage"
  | "files.read"
  | "files.write"
  | "vectorStores.read"
  | "vectorStores.write"
  | "prompts.read"
  | "prompts.write"
  | "responses.read"
  | "responses.write"
  | "traces.read"
  | "traces.manage"
  | "overview.read"
  | "usage.read"
  | "playground.read"
  | "playground.write";

interface Grant {
  /** The roles that hold the permission. */
  roles: readonly Role[];
  /** The key scope that stands for it on `/v1`. */
  scope: Scope;
}

const everyone: readonly Role[] = ["owner", "admin", "developer", "editor", "viewer"];
const admins: readonly Role[] = ["owner", "admin"];
const builders: readonly Role[] = ["owner", "admin", "developer"];
const writers: readonly Role[] = ["owner", "admin", "developer", "editor"];
const observers: readonly Role[] = ["owner", "admin", "developer", "viewer"];

/**
 * The one permission table. `manage` is above `write`: `apiKeys.write` covers one's own keys,
 * `apiKeys.manage` everybody's and keys with the `admin` scopes.
 */
const GRANTS = {
  "team.read": { roles: everyone, scope: "admin.read" },
  "team.write": { roles: admins, scope: "admin.write" },
  "team.manage": { roles: ["owner"], scope: "admin.write" },
  "members.read": { roles: everyone, scope: "admin.read" },
  "members.manage": { roles: admins, scope: "admin.write" },
  "invitations.read": { roles: admins, scope: "admin.read" },
  "invitations.manage": { roles: admins, scope: "admin.write" },
  "apiKeys.read": { roles: builders, scope: "admin.read" },
  "apiKeys.write": { roles: builders, scope: "admin.write" },
  "apiKeys.manage": { roles: admins, scope: "admin.write" },
  "providers.read": { roles: builders, scope: "admin.read" },
  "providers.manage": { roles: admins, scope: "admin.write" },
  "tools.read": { roles: builders, scope: "admin.read" },
  "tools.manage": { roles: admins, scope: "admin.write" },
  "models.read": { roles: everyone, scope: "models.read" },
  "models.manage": { roles: admins, scope: "models.write" },
  "webhooks.read": { roles: builders, scope: "admin.read" },
  "webhooks.manage": { roles: admins, scope: "admin.write" },
  "files.read": { roles: everyone, scope: "files.read" },
  "files.write": { roles: writers, scope: "files.write" },
  "vectorStores.read": { roles: everyone, scope: "vector_stores.read" },
  "vectorStores.write": { roles: writers, scope: "vector_stores.write" },
  "prompts.read": { roles: everyone, scope: "responses.read" },
  "prompts.write": { roles: builders, scope: "responses.write" },
  "responses.read": { roles: observers, scope: "responses.read" },
  "responses.write": { roles: builders, scope: "responses.write" },
  "traces.read": { roles: observers, scope: "admin.read" },
  "traces.manage": { roles: admins, scope: "admin.write" },
  "overview.read": { roles: everyone, scope: "admin.read" },
  "usage.read": { roles: observers, scope: "admin.read" },
  "playground.read": { roles: everyone, scope: "responses.read" },
  "playground.write": { roles: writers, scope: "responses.write" },
} as const satisfies Record<Permission, Grant>;

/** Roles from the most to the least powerful. */
export const ROLES: readonly Role[] = everyone;

/** True when `value` is a role. */
export function isRole(value: string): value is Role {
  return ROLES.some((role) => role === value);
}

/** Everything a role may do, in the table's order. */
export function permissionsOf(role: Role): Permission[] {
  return allPermissions().filter((permission) => roleHolds(role, permission));
}

/** Every permission there is. */
export function allPermissions(): Permission[] {
  return Object.keys(GRANTS).filter((name): name is Permission => Object.hasOwn(GRANTS, name));
}

/** True when the table gives `permission` to `role`. */
export function roleHolds(role: Role, permission: Permission): boolean {
  const roles: readonly Role[] = GRANTS[permission].roles;
  return roles.includes(role);
}

/**
 * Lets the principal pass or throws: people by their role in the one table, keys and passthrough callers by the scope
 * beside it, the server itself always.
 * @throws AppError permission_denied (naming the permission) or insufficient_scope (naming the scope)
 */
export function requirePermission(principal: Principal, permission: Permission): void {
  if (principal.type === "system") return;
  if (principal.type !== "user") {
    requireScope(principal, GRANTS[permission].scope);
  } else if (!roleHolds(principal.role, permission)) {
    throw new AppError(
      "permission_denied",
      `Your role (${principal.role}) does not allow this. It needs ${permission}.`,
    );
  }
}

/** True for a principal whom {@link requirePermission} lets pass. */
export function hasPermission(principal: Principal, permission: Permission): boolean {
  if (principal.type === "system") return true;
  if (principal.type === "user") return roleHolds(principal.role, permission);
  return principal.scopes.includes(GRANTS[permission].scope);
}
