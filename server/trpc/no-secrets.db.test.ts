import { afterAll, beforeAll, expect, test } from "vitest";
import { secrets } from "#server/auth/secrets";
import { toAnswer } from "#server/trpc/error";
import { openTestDatabase, type TestDatabase } from "#tests/support/database";
import { createFurnishedTeam, type FurnishedTeam } from "#tests/support/furnished-team";
import { PROCEDURE_CASES } from "#tests/support/procedure-cases";
import { allProcedures, callPath } from "#tests/support/procedures";

let database: TestDatabase;
/** For what only reads; what changes something is asked by a team of its own. */
let reading: FurnishedTeam;
beforeAll(async () => {
  database = await openTestDatabase();
  reading = await createFurnishedTeam();
});
afterAll(() => database.close());

async function answerTo(team: FurnishedTeam, path: string): Promise<string> {
  const input = PROCEDURE_CASES[path]?.(team.ids);
  try {
    return textOf(await callPath(path, team.owner.context, input));
  } catch (error) {
    return textOf(toAnswer(error));
  }
}

function textOf(value: unknown): string {
  return JSON.stringify(value, (_key, part) => (typeof part === "bigint" ? String(part) : part)) ?? "";
}

test.each(allProcedures())("%s shows no secret", async (path, procedure) => {
  const team = procedure._def.type === "query" ? reading : await createFurnishedTeam();
  const answer = await answerTo(team, path);
  const { pepper, sessionSecret, encryptionKeys } = secrets();
  const keys = [pepper, ...encryptionKeys.map(({ key }) => key)];
  const own = keys.flatMap((key) => [key.toString("hex"), key.toString("base64"), key.toString("base64url")]);
  for (const secret of [...team.secrets, ...own, sessionSecret]) expect(answer).not.toContain(secret);
  expect(answer).not.toMatch(/\$argon2|"(?:hash|tokenHash|passwordHash|secret)":/);
});

test("the lists that could show one were looked at with something in them", async () => {
  const team = await createFurnishedTeam();
  for (const [path, id] of [
    ["apiKeys.list", team.ids.apiKey],
    ["team.invitations", team.ids.invitation],
    ["team.members", team.ids.member],
    ["providers.list", team.ids.connection],
    ["tools.list", team.ids.savedTool],
    ["webhooks.list", team.ids.webhook],
    ["webhooks.deliveries", team.ids.delivery],
    ["me.sessions", team.ids.session],
  ] as const) {
    expect(await answerTo(team, path)).toContain(id);
  }
});
