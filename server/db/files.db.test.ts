import { afterAll, beforeAll, expect, it } from "vitest";
import { pool } from "#server/db/client";
import { listFiles } from "#server/db/files";
import { newId } from "#server/ids";
import { createTeam, openTestDatabase, type TestDatabase } from "#tests/support/database";

let database: TestDatabase;
let teamId: string;
/** More than one statement reads. */
const ids = Array.from({ length: 4500 }, () => newId("file"));

beforeAll(async () => {
  database = await openTestDatabase();
  ({ teamId } = await createTeam());
  await pool().query(
    `INSERT INTO file (team_id, id, filename, purpose, bytes, sha256, media_type, created_at)
     SELECT $1, id, 'a.txt', CASE WHEN place % 2 = 0 THEN 'vision' ELSE 'assistants' END, 1, 'x', 'text/plain', now()
     FROM unnest($2::text[]) WITH ORDINALITY AS n(id, place)`,
    [teamId, ids],
  );
});
afterAll(() => database.close());

async function list(query: Partial<Parameters<typeof listFiles>[0]>): Promise<string[]> {
  const whole = { teamId, limit: 10_000, order: "asc" as const, after: null, before: null, purpose: null };
  return (await listFiles({ ...whole, now: new Date(), ...query })).map((file) => file.id);
}

it("lists of thousands of files are whole and in order", async () => {
  expect(await list({})).toEqual(ids);
  expect(await list({ order: "desc" })).toEqual(ids.toReversed());
  expect(await list({ limit: 4001, after: ids[99] ?? null })).toEqual(ids.slice(100, 4101));
  expect(await list({ limit: 4000, before: ids[4000] ?? null })).toEqual(ids.slice(0, 4000));
  expect(await list({ purpose: "vision" })).toEqual(ids.filter((_, index) => index % 2 === 1));
  expect(await list({ limit: 2000 })).toHaveLength(2000);
});
