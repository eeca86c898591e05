import { expect, test } from "vitest";
import { allPermissions, permissionsOf, ROLES, requirePermission, roleHolds } from "#server/auth/permissions";
import type { Principal, Role, Scope } from "#server/auth/principal";
import { isAppError } from "#server/errors";

function person(role: Role): Principal {
  return { type: "user", teamId: "team_1", userId: "user_1", sessionId: "sess_1", role };
}

function keyWith(...scopes: Scope[]): Principal {
  const limits = { requestsPerMinute: null, tokensPerMinute: null, concurrentRuns: null };
  const tools = { allowedIds: null, defaultIds: [] };
  return { type: "apiKey", teamId: "team_1", keyId: "key_1", scopes, logContent: true, tools, limits };
}

function codeOf(run: () => void): string | null {
  try {
    run();
    return null;
  } catch (error) {
    return isAppError(error) ? error.code : "other";
  }
}

test("an owner may do everything, an admin everything but own the team", () => {
  expect(permissionsOf("owner")).toEqual(allPermissions());
  expect(allPermissions().filter((permission) => !roleHolds("admin", permission))).toEqual(["team.manage"]);
});

test("no role may do what an admin may not", () => {
  const admin = permissionsOf("admin");
  for (const role of ["developer", "editor", "viewer"] as const) {
    expect(permissionsOf(role).filter((permission) => !admin.includes(permission))).toEqual([]);
  }
});

test("developers, editors and viewers, exactly", () => {
  const shared = ["team.read", "members.read", "models.read", "files.read", "vectorStores.read", "prompts.read"];
  const documents = ["files.write", "vectorStores.write"];
  const playground = ["playground.read", "playground.write"];
  const observing = ["responses.read", "traces.read", "usage.read"];
  const expected = {
    viewer: [...shared, ...observing, "overview.read", "playground.read"],
    editor: [...shared, ...documents, "overview.read", ...playground],
    developer: [
      ...[...shared, ...documents, ...observing, "overview.read", ...playground],
      ...["apiKeys.read", "apiKeys.write", "providers.read", "prompts.write", "responses.write", "webhooks.read"],
      "tools.read",
    ],
  };
  for (const role of ["viewer", "editor", "developer"] as const) {
    expect(permissionsOf(role).toSorted()).toEqual(expected[role].toSorted());
  }
});

test("a person passes by role, and a refusal names role and permission", () => {
  for (const role of ROLES) {
    for (const permission of allPermissions()) {
      const expected = roleHolds(role, permission) ? null : "permission_denied";
      expect(codeOf(() => requirePermission(person(role), permission))).toBe(expected);
    }
  }
  expect(() => requirePermission(person("viewer"), "files.write")).toThrow(/\(viewer\).*files\.write/);
});

test("a key passes by the scope beside the permission, whoever made it", () => {
  requirePermission(keyWith("vector_stores.write"), "vectorStores.write");
  expect(codeOf(() => requirePermission(keyWith("vector_stores.read"), "vectorStores.write"))).toBe(
    "insufficient_scope",
  );
  expect(codeOf(() => requirePermission(keyWith("responses.write"), "apiKeys.write"))).toBe("insufficient_scope");
});

test("the server itself passes", () => {
  requirePermission({ type: "system", teamId: "team_1" }, "team.manage");
});
