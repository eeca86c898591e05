import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { verifiedEmailOf } from "#server/auth/oauth-providers";
import type { Role } from "#server/auth/principal";
import { clearSessionCache, readSession } from "#server/auth/session";
import { signInMethods } from "#server/auth/sign-in-methods";
import { prisma } from "#server/db/client";
import { AuthBrowser } from "#tests/support/auth-browser";
import { createTeam, openTestDatabase, type TestDatabase } from "#tests/support/database";
import { createMember, createPerson, type Person } from "#tests/support/people";
import { type OidcPerson, type ScriptedOidc, startScriptedOidc } from "#tests/support/scripted-oidc";

let database: TestDatabase;
let provider: ScriptedOidc;
let teamId: string;
let owner: Person;

beforeAll(async () => {
  const scripted = await startScriptedOidc();
  provider = scripted;
  database = await openTestDatabase({
    OIDC_ISSUER: scripted.issuer,
    OIDC_CLIENT_ID: scripted.clientId,
    OIDC_CLIENT_SECRET: scripted.clientSecret,
    OIDC_NAME: "Acme SSO",
  });
  ({ teamId } = await createTeam());
  owner = await createMember({ teamId, role: "owner" });
});
afterAll(async () => {
  await database.close();
  await provider.close();
});
afterEach(() => clearSessionCache());

async function invite(role: Role): Promise<string> {
  return (await owner.call.team.invite({ role })).link;
}

/** Signs in at the provider from a page of ours, and says where the browser ends up. */
async function signIn(person: OidcPerson, callbackUrl = "/overview", browser = new AuthBrowser()) {
  const { location } = await browser.signIn("oidc", { callbackUrl });
  const query = provider.consent(location ?? "", person);
  const answer = await browser.request("GET", `callback/oidc?${query}`);
  const target = new URL(answer.location ?? "", "http://localhost:8080");
  return { path: target.pathname + target.search, identity: await readSession(browser.cookieHeader) };
}

test("the sign-in page offers what the environment sets up, and only that", () => {
  expect(signInMethods()).toEqual([
    { id: "credentials", name: "Email and password" },
    { id: "oidc", name: "Acme SSO" },
  ]);
});

test("somebody whom nobody invited is not admitted, and leaves nothing behind", async () => {
  const before = await prisma().user.count();
  const result = await signIn({ sub: "s-stranger", email: "stranger@example.test", email_verified: true });
  expect(result).toEqual({ path: "/sign-in?error=NotInvited", identity: null });
  expect(await prisma().user.count()).toBe(before);
});

test("who comes from an invitation's page gets an account and its role; the link is then used up", async () => {
  const link = await invite("editor");
  const person = { sub: "s-new", email: "New@example.test", email_verified: true, name: "New Person" };
  const first = await signIn(person, link);
  expect(first.path).toBe(link);
  const user = await prisma().user.findUniqueOrThrow({ where: { email: "new@example.test" } });
  expect(first.identity?.userId).toBe(user.id);
  expect(await prisma().membership.findMany({ where: { userId: user.id } })).toMatchObject([
    { teamId, role: "editor" },
  ]);

  const again = await signIn(person);
  expect(again).toMatchObject({ path: "/overview", identity: { userId: user.id } });
  const other = await signIn({ sub: "s-late", email: "late@example.test", email_verified: true }, link);
  expect(other).toEqual({ path: "/sign-in?error=NotInvited", identity: null });
});

test("somebody with an account signs in by the same verified email, and afterwards by the tie", async () => {
  const member = await createPerson();
  const first = await signIn({ sub: "s-tied", email: member.email.toUpperCase(), email_verified: true });
  expect(first.identity?.userId).toBe(member.userId);
  const moved = await signIn({ sub: "s-tied", email: "moved@example.test", email_verified: true });
  expect(moved.identity?.userId).toBe(member.userId);
});

test("an email that the provider does not vouch for opens no account", async () => {
  const member = await createPerson();
  const result = await signIn({ sub: "s-thief", email: member.email, email_verified: false });
  expect(result).toEqual({ path: "/sign-in?error=EmailNotVerified", identity: null });
});

test("an answer that this browser did not ask for is refused", async () => {
  const { location } = await new AuthBrowser().signIn("oidc", { callbackUrl: "/" });
  const query = provider.consent(location ?? "", { sub: "s-x", email: owner.email, email_verified: true });
  const victim = new AuthBrowser();
  const answer = await victim.request("GET", `callback/oidc?${query}`);
  expect(answer.location).toContain("error=OAuthCallback");
  expect(await readSession(victim.cookieHeader)).toBeNull();
});

test.each([
  ["github", { email: "a@x.test", email_verified: true }, "a@x.test"],
  ["github", { email: "a@x.test" }, null],
  ["google", { email: "a@x.test" }, null],
  ["google", { email: "A@x.test", email_verified: "true" }, "a@x.test"],
  ["oidc", { email: "a@x.test" }, "a@x.test"],
  ["oidc", { email: "a@x.test", email_verified: false }, null],
  ["oidc", { email_verified: true }, null],
])("%s %j vouches for %j", (name, profile, email) => {
  expect(verifiedEmailOf(name, profile)).toBe(email);
});
