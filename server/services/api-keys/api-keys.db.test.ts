import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { authenticateBearer } from "#server/auth/authenticate-bearer";
import { prisma } from "#server/db/client";
import { createTeam, openTestDatabase, type TestDatabase } from "#tests/support/database";
import { createMember, type Person } from "#tests/support/people";

let database: TestDatabase;
let teamId: string;
let owner: Person;
let developer: Person;

beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  ({ teamId } = await createTeam());
  owner = await createMember({ teamId, role: "owner" });
  developer = await createMember({ teamId, role: "developer" });
});

const denied = { cause: { code: "permission_denied" } };
const unknown = { cause: { code: "not_found" } };

test("a key is shown once, works, and is listed without what opens it", async () => {
  const { key, apiKey } = await developer.call.apiKeys.create({ name: " Laptop " });
  expect(await authenticateBearer(`Bearer ${key}`)).toMatchObject({ teamId, keyId: apiKey.id });
  expect(apiKey).toMatchObject({ name: "Laptop", status: "active", editable: true, logContent: true });
  expect(apiKey.scopes).not.toContain("admin.read");
  const { rows, nextCursor } = await owner.call.apiKeys.list();
  expect(rows).toMatchObject([{ id: apiKey.id, createdBy: "Test Person" }]);
  expect(nextCursor).toBeNull();
  const { hash } = await prisma().apiKey.findUniqueOrThrow({ where: { id: apiKey.id } });
  expect(JSON.stringify(rows)).not.toContain(hash);
  expect(JSON.stringify(rows)).not.toContain(key);
});

test("settings change; what is absent stays; each change is in the audit log", async () => {
  const { apiKey } = await owner.call.apiKeys.create({ name: "A", tokensPerMinute: 100, scopes: ["files.read"] });
  const changed = await owner.call.apiKeys.update({
    id: apiKey.id,
    name: "B",
    requestsPerMinute: 5,
    logContent: false,
  });
  expect(changed).toMatchObject({ name: "B", requestsPerMinute: 5, tokensPerMinute: 100, scopes: ["files.read"] });
  await owner.call.apiKeys.update({ id: apiKey.id, tokensPerMinute: null });
  await owner.call.apiKeys.revoke({ id: apiKey.id });
  expect((await owner.call.apiKeys.list()).rows).toMatchObject([{ status: "revoked", tokensPerMinute: null }]);
  const audit = await prisma().auditLog.findMany({ where: { teamId }, orderBy: { id: "asc" } });
  expect(audit.map((row) => row.action)).toEqual(["apiKey.create", "apiKey.update", "apiKey.update", "apiKey.revoke"]);
  expect(audit[0]).toMatchObject({ actorType: "user", actorId: owner.userId, resourceId: apiKey.id });
});

test("a revoked key is over: it is neither changed nor revoked again", async () => {
  const { apiKey } = await owner.call.apiKeys.create({ name: "A" });
  await owner.call.apiKeys.revoke({ id: apiKey.id });
  await expect(owner.call.apiKeys.revoke({ id: apiKey.id })).rejects.toMatchObject(unknown);
  await expect(owner.call.apiKeys.update({ id: apiKey.id, name: "B" })).rejects.toMatchObject(unknown);
});

test("a developer changes their own keys only, and hands out no administration", async () => {
  const { apiKey } = await owner.call.apiKeys.create({ name: "Owner's", scopes: ["files.read"] });
  await expect(developer.call.apiKeys.update({ id: apiKey.id, name: "Mine" })).rejects.toMatchObject(denied);
  await expect(developer.call.apiKeys.revoke({ id: apiKey.id })).rejects.toMatchObject(denied);
  expect((await developer.call.apiKeys.list()).rows).toMatchObject([{ editable: false }]);

  const admin = developer.call.apiKeys.create({ name: "A", scopes: ["admin.read"] });
  await expect(admin).rejects.toMatchObject({ cause: { code: "permission_denied", param: "scopes" } });
  const own = await developer.call.apiKeys.create({ name: "A", scopes: ["files.read"] });
  const wider = developer.call.apiKeys.update({ id: own.apiKey.id, scopes: ["files.read", "admin.write"] });
  await expect(wider).rejects.toMatchObject({ cause: { code: "permission_denied", param: "scopes" } });
  await owner.call.apiKeys.update({ id: own.apiKey.id, scopes: ["files.read", "admin.read"] });
  await developer.call.apiKeys.update({ id: own.apiKey.id, scopes: ["admin.read"] });
});

test("an input that does not fit names the field", async () => {
  const problems: [Parameters<typeof owner.call.apiKeys.create>[0], string][] = [
    [{ name: "" }, "name"],
    [{ name: "A", scopes: [] }, "scopes"],
    [{ name: "A", requestsPerMinute: 0 }, "requestsPerMinute"],
    [{ name: "A", expiresAt: new Date(Date.now() - 1000) }, "expiresAt"],
  ];
  for (const [input, param] of problems) {
    await expect(owner.call.apiKeys.create(input)).rejects.toMatchObject({ cause: { code: "invalid_value", param } });
  }
});

test("long lists come in pages, the newest first", async () => {
  for (const name of ["1", "2", "3", "4", "5"]) await owner.call.apiKeys.create({ name });
  const first = await owner.call.apiKeys.list({ limit: 2 });
  const second = await owner.call.apiKeys.list({ limit: 2, cursor: first.nextCursor });
  const third = await owner.call.apiKeys.list({ limit: 2, cursor: second.nextCursor });
  expect([first, second, third].map((page) => page.rows.map((row) => row.name))).toEqual([
    ["5", "4"],
    ["3", "2"],
    ["1"],
  ]);
  expect(third.nextCursor).toBeNull();
});
