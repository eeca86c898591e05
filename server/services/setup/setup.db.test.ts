import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { authenticateBearer } from "#server/auth/authenticate-bearer";
import { passthroughMode } from "#server/auth/passthrough";
import { passwordMatches } from "#server/auth/password";
import { setClock } from "#server/clock";
import { prisma } from "#server/db/client";
import { listOwnerEmails } from "#server/db/users";
import { createOwner } from "#server/services/setup/create-owner";
import { prepareFirstStart } from "#server/services/setup/first-start";
import { getSetupState } from "#server/services/setup/get-setup-state";
import { makeSetupLink } from "#server/services/setup/make-setup-link";
import { recoverOwner } from "#server/services/setup/recover-owner";
import { openTestDatabase, type TestDatabase } from "#tests/support/database";
import { installFakeClock } from "#tests/support/fake-clock";

// In order: one server's life from its first start to a lost password.
let database: TestDatabase;
const account = { name: "Ada", email: "Ada@Example.test", password: "correct horse battery", teamName: "Engines" };

beforeAll(async () => {
  database = await openTestDatabase({ HOST: "127.0.0.1" });
});
afterAll(() => database.close());
afterEach(() => setClock());

function tokenOf(link: string | null): string {
  return new URL(link ?? "", "http://localhost").searchParams.get("token") ?? "";
}

function firstKeyPath(): string {
  return join(database.dataDir, "first-key");
}

test("the first starts make one team, a link each, and (embedded) one key that works", async () => {
  const first = await prepareFirstStart();
  const second = await prepareFirstStart();
  expect(await prisma().team.count()).toBe(1);
  expect(first.setupLink).toMatch(/^\/setup\?token=[\w-]{43}$/);
  expect(second.setupLink).not.toBe(first.setupLink);
  expect(first.passthrough).toBe(true);
  if (database.databaseUrl !== "") {
    expect(first.firstKey).toBeNull();
    expect(existsSync(firstKeyPath())).toBe(false);
    return;
  }
  expect(second.firstKey).toBe(first.firstKey);
  expect(statSync(firstKeyPath()).mode & 0o777).toBe(0o600);
  expect(readFileSync(firstKeyPath(), "utf8").trim()).toBe(first.firstKey);
  const principal = await authenticateBearer(`Bearer ${first.firstKey}`);
  expect(principal).toMatchObject({ type: "apiKey", scopes: expect.arrayContaining(["responses.write"]) });
});

test("starts of several processes at once make one team", async () => {
  await prisma().team.deleteMany({});
  await Promise.all([prepareFirstStart(), prepareFirstStart(), prepareFirstStart()]);
  expect(await prisma().team.count()).toBe(1);
});

test("a made-up or expired link makes no owner", async () => {
  await expect(createOwner({ input: { ...account, token: "made-up" } })).rejects.toMatchObject({
    code: "permission_denied",
    param: "token",
  });
  const link = tokenOf(await makeSetupLink());
  installFakeClock(Date.now() + 24 * 3600 * 1000);
  expect((await getSetupState({ input: { token: link } })).link).toEqual({ use: "none" });
  await expect(createOwner({ input: { ...account, token: link } })).rejects.toMatchObject({
    code: "permission_denied",
  });
});

test("of several people with links, one becomes the owner; afterwards no printed link is good for anything", async () => {
  const shared = tokenOf(await makeSetupLink());
  const other = tokenOf(await makeSetupLink());
  const unused = tokenOf(await makeSetupLink());
  expect((await getSetupState({ input: { token: shared } })).link).toEqual({ use: "createOwner" });
  const attempts = [shared, shared, other].map((token, n) =>
    createOwner({ input: { ...account, email: `ada${n}@example.test`, token } }),
  );
  const results = await Promise.allSettled(attempts);
  expect(results.filter((result) => result.status === "fulfilled")).toHaveLength(1);
  expect(results.find((result) => result.status === "rejected")?.reason).toMatchObject({ code: "permission_denied" });
  expect(await prisma().user.count()).toBe(1);
  expect(await prisma().team.findFirst({ select: { name: true } })).toEqual({ name: "Engines" });

  const [email = ""] = await listOwnerEmails();
  await expect(recoverOwner({ input: { token: unused, email, password: "another password" } })).rejects.toMatchObject({
    code: "permission_denied",
  });
});

test("once an owner exists, a start prints nothing, keeps no key file, and passes no provider keys through", async () => {
  expect(existsSync(firstKeyPath())).toBe(false);
  expect(await prepareFirstStart()).toEqual({ setupLink: null, firstKey: null, passthrough: false });
  expect(await passthroughMode()).toEqual({ on: false });
  expect(await getSetupState({ input: undefined })).toMatchObject({ needsOwner: false, link: null });
});

test("a new link recovers an owner's password once, and ends the owner's sessions", async () => {
  const [email = ""] = await listOwnerEmails();
  const user = await prisma().user.findFirstOrThrow();
  await prisma().session.create({ data: { id: "sess_old", userId: user.id, expiresAt: new Date(Date.now() + 1e6) } });
  const token = tokenOf(await makeSetupLink());
  expect((await getSetupState({ input: { token } })).link).toEqual({ use: "recoverOwner", ownerEmails: [email] });

  await expect(
    recoverOwner({ input: { token, email: "nobody@example.test", password: "a new password" } }),
  ).rejects.toMatchObject({ code: "invalid_value", param: "email" });
  await recoverOwner({ input: { token, email: email.toUpperCase(), password: "a new password" } });
  await expect(recoverOwner({ input: { token, email, password: "a third password" } })).rejects.toMatchObject({
    code: "permission_denied",
  });

  const after = await prisma().user.findFirstOrThrow();
  expect(await passwordMatches(after.passwordHash, "a new password")).toBe(true);
  expect(after.passwordHash).toMatch(/^\$argon2id\$/);
  expect((await prisma().session.findUniqueOrThrow({ where: { id: "sess_old" } })).revokedAt).not.toBeNull();
});
