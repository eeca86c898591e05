import { afterAll, beforeAll, expect, test } from "vitest";
import { prisma } from "#server/db/client";
import { sweepSignIns } from "#server/services/accounts/sweep-sign-ins";
import { openTestDatabase, type TestDatabase } from "#tests/support/database";
import { createPerson } from "#tests/support/people";

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase({ SIGN_IN_WINDOW_SECONDS: "900" });
});
afterAll(() => database.close());

test("what ended long ago goes, what counts stays", async () => {
  const { userId, sessionId } = await createPerson();
  const daysAgo = (days: number) => new Date(Date.now() - days * 24 * 3_600_000);
  await prisma().session.createMany({
    data: [
      { id: "sess_expired", userId, expiresAt: daysAgo(31) },
      { id: "sess_revoked", userId, expiresAt: daysAgo(-5), revokedAt: daysAgo(31) },
      { id: "sess_recent", userId, expiresAt: daysAgo(-5), revokedAt: daysAgo(29) },
    ],
  });
  await prisma().signInAttempt.createMany({
    data: [
      { key: "account:old", failures: 3, windowStart: new Date(Date.now() - 901_000) },
      { key: "account:new", failures: 3, windowStart: new Date() },
    ],
  });
  await sweepSignIns();
  const sessions = await prisma().session.findMany({ select: { id: true }, orderBy: { id: "asc" } });
  expect(sessions.map((row) => row.id).toSorted()).toEqual([sessionId, "sess_recent"].toSorted());
  expect(await prisma().signInAttempt.findMany({ select: { key: true } })).toEqual([{ key: "account:new" }]);
});
