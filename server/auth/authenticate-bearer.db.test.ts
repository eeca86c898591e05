import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { authenticateBearer } from "#server/auth/authenticate-bearer";
import { clearKeyCache } from "#server/auth/key-cache";
import { forgetPassthrough } from "#server/auth/passthrough";
import { requireScope, requireTeamKey } from "#server/auth/require-scope";
import { setClock } from "#server/clock";
import { config, setConfig } from "#server/config";
import { prisma } from "#server/db/client";
import { createApiKey } from "#server/services/api-keys/create-api-key";
import { revokeApiKey } from "#server/services/api-keys/revoke-api-key";
import { updateApiKey } from "#server/services/api-keys/update-api-key";
import { systemContext } from "#server/services/setup/system-context";
import { createTeam, openTestDatabase, type TestDatabase } from "#tests/support/database";
import { type FakeClock, installFakeClock } from "#tests/support/fake-clock";
import { createMember } from "#tests/support/people";

let database: TestDatabase;
let teamId: string;
let time: FakeClock;

beforeAll(async () => {
  database = await openTestDatabase();
  ({ teamId } = await createTeam());
});
afterAll(() => database.close());
beforeEach(() => {
  time = installFakeClock();
});
afterEach(() => {
  clearKeyCache();
  setClock();
});

async function makeKey(input: Partial<Parameters<typeof createApiKey>[0]["input"]> = {}) {
  return createApiKey({ ctx: systemContext(teamId), input: { name: "Key", ...input } });
}

test("a key has the promised form, opens its team, and is stored only as its hash", async () => {
  const { key, apiKey } = await makeKey({ scopes: ["files.read"], logContent: false, requestsPerMinute: 5 });
  expect(key).toMatch(/^rj_[\w-]{43}$/);
  expect(apiKey.display).toBe(`${key.slice(0, 7)}…${key.slice(-4)}`);
  expect(await authenticateBearer(`Bearer ${key}`)).toEqual({
    type: "apiKey",
    teamId,
    keyId: apiKey.id,
    scopes: ["files.read"],
    logContent: false,
    tools: { allowedIds: null, defaultIds: [] },
    limits: { requestsPerMinute: 5, tokensPerMinute: null, concurrentRuns: null },
  });
  const row = await prisma().apiKey.findUniqueOrThrow({ where: { id: apiKey.id } });
  expect(JSON.stringify(row)).not.toContain(key.slice(8, -5));
});

test("a missing scope is refused by name, and none implies another", async () => {
  const { key } = await makeKey({ scopes: ["files.write"] });
  const principal = await authenticateBearer(`bearer ${key}`);
  requireScope(principal, "files.write");
  expect(() => requireScope(principal, "files.read")).toThrow("lacks the scope files.read");
});

test.each([
  null,
  "",
  "Bearer",
  "Bearer ",
  "Basic abc",
  "Bearer a b",
  "Bearer rj_unknown",
  `Bearer rj_${"x".repeat(5_000)}`,
])("%j opens nothing", async (authorization) => {
  await expect(authenticateBearer(authorization)).rejects.toMatchObject({ code: "invalid_api_key" });
});

test("a key revoked here is refused at once; its change of scopes counts at once", async () => {
  const { key, apiKey } = await makeKey();
  await authenticateBearer(`Bearer ${key}`);
  await updateApiKey({ ctx: systemContext(teamId), input: { id: apiKey.id, scopes: ["models.read"] } });
  expect(await authenticateBearer(`Bearer ${key}`)).toMatchObject({ scopes: ["models.read"] });
  await revokeApiKey({ ctx: systemContext(teamId), input: { id: apiKey.id } });
  await expect(authenticateBearer(`Bearer ${key}`)).rejects.toMatchObject({
    code: "invalid_api_key",
    message: expect.stringContaining("revoked"),
  });
});

test("a key revoked elsewhere is refused within two seconds, even when no notice arrives", async () => {
  const { key, apiKey } = await makeKey();
  await authenticateBearer(`Bearer ${key}`);
  await prisma().apiKey.update({ where: { id: apiKey.id }, data: { revokedAt: new Date() } });
  time.advance(2_000);
  await expect(authenticateBearer(`Bearer ${key}`)).rejects.toMatchObject({ code: "invalid_api_key" });
});

test("a key ends when it says", async () => {
  const expiresAt = new Date(time.now() + 60_000);
  const { key } = await makeKey({ expiresAt });
  time.advance(59_999);
  await authenticateBearer(`Bearer ${key}`);
  time.advance(1);
  await expect(authenticateBearer(`Bearer ${key}`)).rejects.toThrow("has expired");
  await expect(makeKey({ expiresAt })).rejects.toMatchObject({ code: "invalid_value", param: "expiresAt" });
});

test("use is noted", async () => {
  const { key, apiKey } = await makeKey();
  await authenticateBearer(`Bearer ${key}`);
  await vi.waitFor(async () => {
    const { lastUsedAt } = await prisma().apiKey.findUniqueOrThrow({ where: { id: apiKey.id } });
    expect(lastUsedAt?.getTime()).toBe(time.now());
  }, 10_000);
});

test("a provider's key passes through on a fresh loopback server, until somebody owns it", async () => {
  const fresh = await authenticateBearer("Bearer sk-vendor");
  expect(fresh).toMatchObject({ type: "passthrough", teamId, providerKey: "sk-vendor" });
  requireScope(fresh, "vector_stores.write");
  requireTeamKey(fresh);
  expect(() => requireScope(fresh, "admin.read")).toThrow("admin.read");

  await createMember({ teamId, role: "owner" });
  await expect(authenticateBearer("Bearer sk-vendor")).rejects.toMatchObject({
    code: "invalid_api_key",
    message: expect.stringContaining("PROVIDER_KEY_PASSTHROUGH=on"),
  });
});

test("switched on by hand, a provider's key runs responses and sees none of the team's documents", async () => {
  const before = config();
  setConfig({ ...before, PROVIDER_KEY_PASSTHROUGH: "on", loopbackOnly: false });
  forgetPassthrough();
  const principal = await authenticateBearer("Bearer sk-vendor");
  requireScope(principal, "responses.write");
  expect(() => requireScope(principal, "files.read")).toThrow("A provider key lacks the scope files.read");
  expect(() => requireTeamKey(principal)).toThrow("what the team keeps");
  setConfig(before);
});
