import { afterAll, beforeAll, expect, test } from "vitest";
import { hashPassword, passwordMatches } from "#server/auth/password";
import { readSession } from "#server/auth/session";
import { prisma } from "#server/db/client";
import { createCaller } from "#server/trpc/caller";
import { createTrpcContext } from "#server/trpc/context";
import { AuthBrowser } from "#tests/support/auth-browser";
import { createTeam, openTestDatabase, type TestDatabase } from "#tests/support/database";
import { createMember, createPerson } from "#tests/support/people";

let database: TestDatabase;
const password = "correct horse battery";

beforeAll(async () => {
  database = await openTestDatabase({ SIGN_IN_MAX_FAILURES: "3" });
});
afterAll(() => database.close());

/** Somebody signed in through a browser; every call reads the cookie and the rows anew, as a request does. */
async function signedIn(passwordHash: string | null = null) {
  const person = await createPerson(passwordHash ?? (await hashPassword(password)));
  const browser = new AuthBrowser();
  await browser.signIn("credentials", { email: person.email, password });
  const call = () => {
    const headers = new Headers({
      cookie: browser.cookieHeader,
      host: "localhost:8080",
      origin: "http://localhost:8080",
    });
    return createCaller(createTrpcContext({ headers, signal: new AbortController().signal }));
  };
  return { person, browser, call };
}

test("me tells who, where, and what is allowed", async () => {
  const { person, call } = await signedIn();
  expect(await call().me.get()).toMatchObject({
    user: { email: person.email, hasPassword: true },
    team: null,
    teams: [],
  });
  const { teamId } = await createTeam({ name: "First" });
  await prisma().membership.create({ data: { teamId, userId: person.userId, role: "viewer" } });
  const me = await call().me.get();
  expect(me).toMatchObject({ team: { id: teamId, name: "First" }, role: "viewer" });
  expect(me.permissions).toContain("files.read");
  expect(me.permissions).not.toContain("files.write");
  await call().me.update({ name: "Grace" });
  expect((await call().me.get()).user.name).toBe("Grace");
});

test("the active team is kept on the session; another team's is refused as unknown", async () => {
  const { person, call } = await signedIn();
  const [first, second, foreign] = await Promise.all([createTeam(), createTeam(), createTeam()]);
  await prisma().membership.create({ data: { ...first, userId: person.userId, role: "owner" } });
  await prisma().membership.create({ data: { ...second, userId: person.userId, role: "viewer" } });
  expect((await call().me.get()).team?.id).toBe(first.teamId);
  await call().me.switchTeam(second);
  expect(await call().me.get()).toMatchObject({ team: { id: second.teamId }, role: "viewer" });
  await expect(call().me.switchTeam(foreign)).rejects.toMatchObject({ cause: { code: "not_found" } });

  await prisma().membership.delete({ where: { teamId_userId: { ...second, userId: person.userId } } });
  expect(await call().me.get()).toMatchObject({ team: { id: first.teamId }, role: "owner" });
});

test("a new password ends the other sessions and keeps this one", async () => {
  const { person, browser, call } = await signedIn();
  const elsewhere = new AuthBrowser();
  await elsewhere.signIn("credentials", { email: person.email, password });
  expect(await readSession(elsewhere.cookieHeader)).not.toBeNull();

  const wrong = call().me.changePassword({ currentPassword: "not it", newPassword: "a new password" });
  await expect(wrong).rejects.toMatchObject({ cause: { code: "invalid_value", param: "currentPassword" } });
  const result = await call().me.changePassword({ currentPassword: password, newPassword: "a new password" });
  // createPerson's own session and the one elsewhere.
  expect(result).toEqual({ revokedSessions: 2 });
  expect(await readSession(elsewhere.cookieHeader)).toBeNull();
  expect(await readSession(browser.cookieHeader)).not.toBeNull();
  const { passwordHash } = await prisma().user.findUniqueOrThrow({ where: { id: person.userId } });
  expect(await passwordMatches(passwordHash, "a new password")).toBe(true);
});

test("guessing the current password is limited like signing in", async () => {
  const { call } = await signedIn();
  const guess = () => call().me.changePassword({ currentPassword: "not it", newPassword: "a new password" });
  for (let n = 0; n < 3; n++) await expect(guess()).rejects.toMatchObject({ cause: { code: "invalid_value" } });
  await expect(guess()).rejects.toMatchObject({ cause: { code: "rate_limit_exceeded" } });
});

test("an account without a password sets its first one", async () => {
  const person = await createPerson(null);
  await person.call.me.changePassword({ newPassword: "the first one" });
  expect((await person.call.me.get()).user.hasPassword).toBe(true);
});

test("sessions are listed and revoked by their owner only", async () => {
  const { person, browser, call } = await signedIn();
  const sessions = await call().me.sessions();
  expect(sessions).toHaveLength(2);
  expect(sessions.filter((session) => session.current)).toMatchObject([{ userAgent: "test browser" }]);
  const other = sessions.find((session) => !session.current)?.id ?? "";

  const stranger = await createPerson();
  await expect(stranger.call.me.revokeSession({ sessionId: other })).rejects.toMatchObject({
    cause: { code: "not_found" },
  });
  await call().me.revokeSession({ sessionId: other });
  expect((await call().me.sessions()).map((session) => session.current)).toEqual([true]);
  await call().me.revokeSession({ sessionId: (await readSession(browser.cookieHeader))?.sessionId ?? "" });
  await expect(call().me.get()).rejects.toMatchObject({ cause: { code: "unauthenticated" } });
  expect(await prisma().session.count({ where: { userId: person.userId, revokedAt: null } })).toBe(0);
});

test("an account that is gone is signed out", async () => {
  const { teamId } = await createTeam();
  const member = await createMember({ teamId, role: "owner" });
  await prisma().user.delete({ where: { id: member.userId } });
  await expect(member.call.me.get()).rejects.toMatchObject({ cause: { code: "unauthenticated" } });
});
