import { afterAll, beforeAll, expect, test } from "vitest";
import { createTeam, openTestDatabase, type TestDatabase } from "#tests/support/database";
import { createMember } from "#tests/support/people";

let database: TestDatabase;

beforeAll(async () => {
  database = await openTestDatabase({ OUTBOUND_ALLOW: "127.0.0.1" });
});
afterAll(() => database.close());

test("of changes at the same moment none is lost: it is kept or refused", async () => {
  const { teamId } = await createTeam();
  const { call } = await createMember({ teamId, role: "owner" });
  const { id } = await call.tools.create({ kind: "mcp", name: "shop", mcp: { url: "http://127.0.0.1:9/mcp" } });
  const names = ["x-a", "x-b", "x-c", "x-d", "x-e", "x-f"];
  const changes = names.map((name) => call.tools.update({ id, secretHeaders: { [name]: "a secret" } }));
  const outcomes = await Promise.allSettled(changes);
  const kept = names.filter((_, place) => outcomes[place]?.status === "fulfilled");
  for (const outcome of outcomes) {
    if (outcome.status === "rejected") expect(String(outcome.reason)).toContain("changed or deleted meanwhile");
  }
  expect(kept).not.toEqual([]);
  expect((await call.tools.get({ id })).secretHeaders.toSorted()).toEqual(kept);
});

test("a test's outcome outlives what it says nothing of, and no other change", async () => {
  const { teamId } = await createTeam();
  const { call } = await createMember({ teamId, role: "owner" });
  const url = "http://127.0.0.1:9/mcp";
  const { id } = await call.tools.create({ kind: "mcp", name: "shop", mcp: { url }, secretHeaders: { "x-a": "b" } });
  await call.tools.test({ id });
  const rules = { url, oauth: null, allowedTools: ["look"], requireApproval: "never" } as const;
  expect(
    await call.tools.update({ id, name: "store", description: "Sells.", mcp: { ...rules, allowedTools: ["look"] } }),
  ).toMatchObject({
    name: "store",
    secretHeaders: ["x-a"],
    lastTestOk: false,
  });
  expect(await call.tools.update({ id, mcp: { headers: { "x-c": "d" } } })).toMatchObject({ lastTestOk: null });
  await call.tools.test({ id });
  expect(await call.tools.update({ id, secretHeaders: { "x-a": "c" } })).toMatchObject({ lastTestOk: null });
});
