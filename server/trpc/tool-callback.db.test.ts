import { encode } from "next-auth/jwt";
import { afterAll, beforeAll, expect, test } from "vitest";
import { secrets } from "#server/auth/secrets";
import { sessionCookieName } from "#server/auth/session";
import { closePools } from "#server/outbound/pools";
import { mcpTools } from "#server/tools/registry";
import { answerToolCallback } from "#server/trpc/tool-callback";
import { createTeam, openTestDatabase, type TestDatabase } from "#tests/support/database";
import { createMember, type Person } from "#tests/support/people";
import { startSdkExampleServer } from "#tests/support/sdk-example-server";

let database: TestDatabase;
let example: Awaited<ReturnType<typeof startSdkExampleServer>>;
let owner: Person;

beforeAll(async () => {
  database = await openTestDatabase({ OUTBOUND_ALLOW: "localhost", PUBLIC_URL: "http://localhost:8080" });
  example = await startSdkExampleServer();
  owner = await createMember({ teamId: (await createTeam()).teamId, role: "owner" });
});
afterAll(async () => {
  await mcpTools.closeSessions();
  await closePools();
  await example.stop();
  await database.close();
});

/** What a browser of that person's is told that comes back with these parameters. */
async function goBack(url: string, person: Person | null): Promise<{ status: number; location: string | null }> {
  const token = person && { sub: person.userId, sid: person.sessionId };
  const cookie = token && `${sessionCookieName()}=${await encode({ token, secret: secrets().sessionSecret })}`;
  const answer = await answerToolCallback(new Request(url, { headers: cookie ? { cookie } : {} }));
  return { status: answer.status, location: answer.headers.get("location") };
}

test("the SDK's example server is connected through a browser, listed and called", async () => {
  const mcp = { url: example.url, oauth: { accounts: "team", scope: null } } as const;
  const { id } = await owner.call.tools.create({ kind: "mcp", name: "example", mcp });
  const { url } = await owner.call.toolAccounts.connect({ id });
  const consent = await fetch(url, { redirect: "manual" });
  const back = consent.headers.get("location") ?? "";
  expect(back).toMatch(/^http:\/\/localhost:8080\/api\/mcp\/callback\?/);
  expect(await goBack(back, null)).toEqual({ status: 303, location: "http://localhost:8080/sign-in" });
  const done = { status: 303, location: `http://localhost:8080/tools/${id}?account=connected` };
  expect(await goBack(back, owner)).toEqual(done);
  expect(await goBack(back, owner)).toEqual({ status: 303, location: "http://localhost:8080/tools?account=expired" });
  const listed = await owner.call.tools.test({ id });
  expect(listed.tools?.map(({ name }) => name)).toContain("greet");
  const call = { name: "greet", arguments: { name: "Ada" } };
  expect(await owner.call.tools.test({ id, call })).toMatchObject({ ok: true, output: "Hello, Ada!" });
});

test("whatever is brought back, nobody is sent to another site", async () => {
  for (const query of ["", "?state=x&code=y", "?error=access_denied", "?state=//evil.example&code=a"]) {
    const answer = await goBack(`http://evil.example/api/mcp/callback${query}`, owner);
    expect(answer).toEqual({ status: 303, location: "http://localhost:8080/tools?account=expired" });
  }
});
