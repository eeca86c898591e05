import * as argon2 from "@node-rs/argon2";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { hashPassword } from "#server/auth/password";
import { clearSessionCache, readSession } from "#server/auth/session";
import { setClock } from "#server/clock";
import { config, setConfig } from "#server/config";
import { prisma } from "#server/db/client";
import { AuthBrowser } from "#tests/support/auth-browser";
import { openTestDatabase, type TestDatabase } from "#tests/support/database";
import { type FakeClock, installFakeClock } from "#tests/support/fake-clock";
import { createPerson, type Person } from "#tests/support/people";

vi.mock("@node-rs/argon2", async (original) => {
  const real = await original<typeof argon2>();
  return { ...real, verify: vi.fn(real.verify) };
});

const password = "correct horse battery";
let database: TestDatabase;
let person: Person;
let time: FakeClock;

beforeAll(async () => {
  database = await openTestDatabase({ SIGN_IN_MAX_FAILURES: "3", SIGN_IN_WINDOW_SECONDS: "900" });
});
afterAll(() => database.close());
beforeEach(async () => {
  time = installFakeClock();
  person = await createPerson(await hashPassword(password));
  await prisma().signInAttempt.deleteMany({});
});
afterEach(() => {
  clearSessionCache();
  setClock();
});

function signIn(email: string, given: string, browser = new AuthBrowser()) {
  return browser.signIn("credentials", { email, password: given });
}

test("the right password opens a session that its row decides about", async () => {
  const browser = new AuthBrowser();
  expect(await signIn(person.email.toUpperCase(), password, browser)).toMatchObject({ status: 200, error: null });
  const identity = await readSession(browser.cookieHeader);
  expect(identity).toMatchObject({ userId: person.userId, wantedTeamId: null });
  const row = await prisma().session.findUniqueOrThrow({ where: { id: identity?.sessionId ?? "" } });
  expect(row).toMatchObject({ userId: person.userId, userAgent: "test browser", address: "127.0.0.1" });
  expect(browser.setCookies.join()).toMatch(/next-auth\.session-token=[^;]+;.*HttpOnly/);
  expect(browser.setCookies.join()).toContain("SameSite=Lax");

  await prisma().session.update({ where: { id: row.id }, data: { revokedAt: new Date() } });
  time.advance(29_999);
  expect(await readSession(browser.cookieHeader)).not.toBeNull();
  time.advance(1);
  expect(await readSession(browser.cookieHeader)).toBeNull();
  expect((await browser.request("GET", "session")).body).not.toHaveProperty("user");
});

test("signing out ends the session for good, also for a copy of the cookie", async () => {
  const browser = new AuthBrowser();
  await signIn(person.email, password, browser);
  const copy = browser.cookieHeader;
  expect(await readSession(copy)).not.toBeNull();
  await browser.signOut();
  expect(await readSession(copy)).toBeNull();
  expect([...browser.cookies.keys()].join()).not.toContain("session-token");
});

test("a cookie that is made up, or signed with another secret, opens nothing", async () => {
  expect(await readSession(null)).toBeNull();
  expect(await readSession("next-auth.session-token=made-up")).toBeNull();
  const browser = new AuthBrowser();
  await signIn(person.email, password, browser);
  const { forgetSecrets } = await import("#server/auth/secrets");
  const before = config();
  setConfig({ ...before, SESSION_SECRET: "another-session-secret-of-32-chars" });
  forgetSecrets();
  expect(await readSession(browser.cookieHeader)).toBeNull();
  setConfig(before);
  forgetSecrets();
});

test("a sign-in without the page's CSRF token does nothing", async () => {
  const browser = new AuthBrowser();
  const fields = { email: person.email, password, csrfToken: "wrong", json: "true" };
  const answer = await browser.request("POST", "callback/credentials", fields);
  expect(answer.location).toContain("csrf=true");
  expect(await readSession(browser.cookieHeader)).toBeNull();
});

test("an unknown account, a wrong password and an account without one answer alike, after the same work", async () => {
  const outside = await createPerson(null);
  await signIn("warm-up@example.test", password);
  const verify = vi.mocked(argon2.verify);
  const answers = [];
  for (const email of ["nobody@example.test", person.email, outside.email]) {
    verify.mockClear();
    answers.push(await signIn(email, "a wrong password"));
    expect(verify).toHaveBeenCalledTimes(1);
    expect(argon2.parseOptions(String(verify.mock.lastCall?.[0]))).toMatchObject({ memoryCost: 19_456, timeCost: 2 });
  }
  expect(answers[0]).toMatchObject({ status: 401, error: "CredentialsSignin" });
  expect(answers[1]).toEqual(answers[0]);
  expect(answers[2]).toEqual(answers[0]);
});

test.each(["known", "unknown"])(
  "after too many failures a %s account is closed until the window is over",
  async (kind) => {
    const email = kind === "known" ? person.email : "nobody@example.test";
    for (let n = 0; n < 3; n++) expect((await signIn(email, "a wrong password")).error).toBe("CredentialsSignin");
    expect((await signIn(email, password)).error).toBe("TooManyAttempts");
    time.advance(899_000);
    expect((await signIn(email, password)).error).toBe("TooManyAttempts");
    time.advance(1_000);
    expect((await signIn(email, password)).error).toBe(kind === "known" ? null : "CredentialsSignin");
  },
);

test("attempts made together do not slip under the limit", async () => {
  const tries = Array.from({ length: 8 }, () => signIn(person.email, "a wrong password"));
  const errors = (await Promise.all(tries)).map((answer) => answer.error);
  expect(errors.filter((error) => error === "CredentialsSignin")).toHaveLength(3);
  expect(errors.filter((error) => error === "TooManyAttempts")).toHaveLength(5);
});

test("an address that tries many accounts is closed too; a success forgives the account, not the address", async () => {
  const from = () => new AuthBrowser({ address: "203.0.113.9" });
  for (let n = 0; n < 14; n++) await signIn(`guess${n}@example.test`, "a wrong password", from());
  expect((await signIn(person.email, password, from())).error).toBeNull();
  expect((await signIn("guess14@example.test", "a wrong password", from())).error).toBe("CredentialsSignin");
  expect((await signIn(person.email, password, from())).error).toBe("TooManyAttempts");
  expect((await signIn(person.email, password)).error).toBeNull();
});

test("cookies are secure when PUBLIC_URL is https", async () => {
  const before = config();
  setConfig({ ...before, PUBLIC_URL: "https://rejoinder.example.test" });
  const browser = new AuthBrowser({ origin: "https://rejoinder.example.test" });
  expect((await signIn(person.email, password, browser)).error).toBeNull();
  expect(browser.setCookies.join()).toMatch(/__Secure-next-auth\.session-token=[^;]+;.*Secure/);
  expect(await readSession(browser.cookieHeader)).toMatchObject({ userId: person.userId });
  setConfig(before);
});

test("after a sign-in nobody is sent to another site", async () => {
  const browser = new AuthBrowser();
  const fields = { email: person.email, password, callbackUrl: "https://evil.example.test/" };
  const answer = await browser.signIn("credentials", fields);
  expect(answer.location).toBe("http://localhost:8080");
  for (const callbackUrl of ["//evil.example.test", "/\\evil.example.test"]) {
    expect((await browser.signIn("credentials", { ...fields, callbackUrl })).location).toBe("http://localhost:8080");
  }
  expect((await browser.signIn("credentials", { ...fields, callbackUrl: "/traces?a=1" })).location).toBe(
    "http://localhost:8080/traces?a=1",
  );
});
