import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { clearKeyCache, invalidateKey, lookUpKey, noteKeyUse } from "#server/auth/key-cache";
import { setClock } from "#server/clock";
import { parseConfig, setConfig } from "#server/config";
import { type ApiKeyRow, findApiKeyByHash, touchApiKey } from "#server/db/api-keys";
import { publish, subscribe } from "#server/db/notify";
import { type FakeClock, installFakeClock } from "#tests/support/fake-clock";

vi.mock("#server/db/api-keys", () => ({ findApiKeyByHash: vi.fn(), touchApiKey: vi.fn() }));
vi.mock("#server/db/notify", () => ({ publish: vi.fn(async () => {}), subscribe: vi.fn(() => () => {}) }));

const find = vi.mocked(findApiKeyByHash);
const touch = vi.mocked(touchApiKey);
const unreachable = Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });
let time: FakeClock;

beforeEach(() => {
  setConfig(parseConfig({ LOG_LEVEL: "silent" }));
  time = installFakeClock(1_000_000);
  find.mockReset();
  touch.mockReset().mockResolvedValue();
});
afterEach(() => {
  clearKeyCache();
  setClock();
});

function key(changes: Partial<ApiKeyRow> = {}): ApiKeyRow {
  return {
    ...{ id: "key_1", teamId: "team_1", name: "Key", hash: "h", prefix: "rj_abcd", lastFour: "wxyz" },
    ...{ scopes: ["models.read"], logContent: true, createdById: null, createdAt: new Date(0) },
    ...{ requestsPerMinute: null, tokensPerMinute: null, concurrentRuns: null },
    ...{ anyTool: true, allowedToolIds: [], defaultToolIds: [] },
    ...{ expiresAt: null, lastUsedAt: null, revokedAt: null, ...changes },
  };
}

/** A look-up that answers when told. */
function heldLookUp(): { answer(row: ApiKeyRow | null): void } {
  const { promise, resolve } = Promise.withResolvers<ApiKeyRow | null>();
  find.mockReturnValueOnce(promise);
  return { answer: resolve };
}

test("a key is looked up once in two seconds, and then again", async () => {
  find.mockResolvedValue(key());
  await lookUpKey("h");
  time.advance(1_999);
  await lookUpKey("h");
  expect(find).toHaveBeenCalledTimes(1);
  find.mockResolvedValue(key({ revokedAt: new Date() }));
  time.advance(1);
  expect((await lookUpKey("h"))?.revokedAt).not.toBeNull();
  expect(find).toHaveBeenCalledTimes(2);
});

test("an unknown key is remembered as unknown for two seconds", async () => {
  find.mockResolvedValueOnce(null);
  expect(await lookUpKey("h")).toBeNull();
  time.advance(1_999);
  expect(await lookUpKey("h")).toBeNull();
  expect(find).toHaveBeenCalledTimes(1);
  find.mockResolvedValueOnce(key());
  time.advance(1);
  expect((await lookUpKey("h"))?.id).toBe("key_1");
});

test("look-ups of one key at the same time are one look-up", async () => {
  const held = heldLookUp();
  const both = Promise.all([lookUpKey("h"), lookUpKey("h"), lookUpKey("h")]);
  held.answer(key());
  expect((await both).map((row) => row?.id)).toEqual(["key_1", "key_1", "key_1"]);
  expect(find).toHaveBeenCalledTimes(1);
});

test("an invalidated key is looked up at once, and other nodes are told", async () => {
  find.mockResolvedValueOnce(key());
  await lookUpKey("h");
  invalidateKey("h");
  expect(publish).toHaveBeenCalledWith("rejoinder_api_key", "h");
  find.mockResolvedValueOnce(null);
  expect(await lookUpKey("h")).toBeNull();
});

test("a notice from another node makes this one forget", async () => {
  find.mockResolvedValueOnce(key());
  await lookUpKey("h");
  vi.mocked(subscribe).mock.lastCall?.[1]("h");
  find.mockResolvedValueOnce(null);
  expect(await lookUpKey("h")).toBeNull();
});

test("a look-up that an invalidation overtakes is not remembered", async () => {
  const held = heldLookUp();
  const before = lookUpKey("h");
  invalidateKey("h");
  held.answer(key());
  await before;
  find.mockResolvedValueOnce(key({ revokedAt: new Date() }));
  expect((await lookUpKey("h"))?.revokedAt).not.toBeNull();
  expect(find).toHaveBeenCalledTimes(2);
});

test("while the database is down a known key goes on for five minutes, an unknown one is refused as unavailable", async () => {
  find.mockResolvedValueOnce(key());
  await lookUpKey("h");
  find.mockRejectedValue(unreachable);
  time.advance(299_999);
  expect((await lookUpKey("h"))?.id).toBe("key_1");
  await expect(lookUpKey("other")).rejects.toMatchObject({ code: "database_unavailable" });
  time.advance(1);
  await expect(lookUpKey("h")).rejects.toMatchObject({ code: "database_unavailable" });
});

test("while the database is known to be down nobody waits for it, and its return is noticed", async () => {
  find.mockResolvedValueOnce(key());
  await lookUpKey("h");
  time.advance(3_000);
  find.mockRejectedValueOnce(unreachable);
  await lookUpKey("h");

  const held = heldLookUp();
  expect((await lookUpKey("h"))?.id).toBe("key_1");
  held.answer(key({ revokedAt: new Date() }));
  await vi.waitFor(async () => expect((await lookUpKey("h"))?.revokedAt).not.toBeNull(), 10_000);
});

test("an error that is not the database being away is no reason to serve an old key", async () => {
  find.mockResolvedValueOnce(key());
  await lookUpKey("h");
  time.advance(3_000);
  find.mockRejectedValueOnce(new Error("a bug"));
  await expect(lookUpKey("h")).rejects.toMatchObject({ code: "internal_error" });
});

test("a key's use is written at most once a minute", () => {
  noteKeyUse(key());
  time.advance(59_999);
  noteKeyUse(key());
  expect(touch).toHaveBeenCalledTimes(1);
  expect(touch).toHaveBeenLastCalledWith({ id: "key_1", now: new Date(1_000_000), before: new Date(940_000) });
  time.advance(1);
  noteKeyUse(key());
  expect(touch).toHaveBeenCalledTimes(2);
});
