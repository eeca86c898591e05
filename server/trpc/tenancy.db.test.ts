import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { pool } from "#server/db/client";
import { startQueue, stopQueue } from "#server/jobs/queue";
import { toAnswer } from "#server/trpc/error";
import { openTestDatabase, type TestDatabase } from "#tests/support/database";
import { createFurnishedTeam, type FurnishedTeam, type Ids, unknownIds } from "#tests/support/furnished-team";
import type { Person } from "#tests/support/people";
import { MIXED_CASES, PROCEDURE_CASES } from "#tests/support/procedure-cases";
import { allProcedures, callPath } from "#tests/support/procedures";

let database: TestDatabase;
let ours: FurnishedTeam;
let theirs: FurnishedTeam;
/** For what only reads its own team; what changes it has one of its own. */
let reading: FurnishedTeam;
let digests: string;

beforeAll(async () => {
  database = await openTestDatabase();
  await startQueue();
  ours = await createFurnishedTeam();
  theirs = await createFurnishedTeam();
  reading = await createFurnishedTeam();
  digests = await digestQuery();
});
afterAll(async () => {
  await stopQueue();
  await database.close();
});

interface Call {
  ids: Ids;
  own: Ids;
  input: (ids: Ids, own: Ids) => unknown;
}

/** What a call answers, an error in its form, with the ids that were asked for taken out. */
async function answerTo(person: Person, path: string, call: Call): Promise<string> {
  const answer = await outcome(person, path, call.input(call.ids, call.own));
  const text = JSON.stringify(answer, (_key, value) => (typeof value === "bigint" ? String(value) : value));
  const ids = Object.values(call.ids).toSorted((a, b) => b.length - a.length);
  return ids.reduce((rest, id) => rest.replaceAll(id, "<id>"), text);
}

async function outcome(person: Person, path: string, input: unknown): Promise<unknown> {
  try {
    const result = await callPath(path, person.context, input);
    return isStream(result) ? { first: await firstOf(result) } : { result };
  } catch (error) {
    return { error: toAnswer(error) };
  }
}

/** What a stream begins with; a refusal comes before the first event. The run is then let go. */
async function firstOf(stream: AsyncIterable<unknown>): Promise<unknown> {
  for await (const events of stream) return events;
  return null;
}

function isStream(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === "object" && value !== null && Symbol.asyncIterator in value;
}

/** Part of a credential of Amazon's: it names no row. */
const NOT_OURS = ["accessKeyId"];

/** Names of the input's fields that hold ids of ours, at any depth. */
function idFieldsOf(inputs: readonly unknown[]): string[] {
  const schemas = inputs.map((input) =>
    input instanceof z.ZodType ? z.toJSONSchema(input, { io: "input", unrepresentable: "any" }) : {},
  );
  const names = [...JSON.stringify(schemas).matchAll(/"(\w+)":\{"/g)].map((match) => match[1] ?? "");
  return names.filter((name) => /^ids?$|Ids?$|_ids?$/.test(name) && !NOT_OURS.includes(name));
}

/** One query that digests each table's rows of a team: asked one by one, the tables took most of this suite's time. */
async function digestQuery(): Promise<string> {
  const tables = await pool().query<{ name: string }>(
    `SELECT c.table_name AS name FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
     WHERE c.table_schema = 'public' AND c.column_name = 'team_id' AND t.table_type = 'BASE TABLE' ORDER BY 1`,
  );
  const each = tables.rows.map(
    ({ name }) =>
      `SELECT '${name}' AS name, md5(string_agg(r::text, '|' ORDER BY r::text)) AS digest FROM "${name}" r WHERE team_id = $1`,
  );
  return each.join(" UNION ALL ");
}

/** Each table with a digest of all its rows that carry the team's id. */
async function stateOf(teamId: string): Promise<unknown[]> {
  return (await pool().query(digests, [teamId])).rows;
}

function onlyReads(path: string): boolean {
  return allProcedures().some(([name, procedure]) => name === path && procedure._def.type === "query");
}

test("every procedure that takes an id has a case, and every case a procedure", () => {
  const paths = allProcedures().map(([path]) => path);
  const taking = allProcedures().filter(([, procedure]) => idFieldsOf(procedure._def.inputs).length > 0);
  expect(taking.map(([path]) => path).filter((path) => !(path in PROCEDURE_CASES))).toEqual([]);
  expect(Object.keys(PROCEDURE_CASES).filter((path) => !paths.includes(path))).toEqual([]);
});

describe.each([
  ...Object.entries(PROCEDURE_CASES).map(([path, input]) => ({ name: path, path, input })),
  ...MIXED_CASES.map((one) => ({ ...one, name: `${one.path} with ${one.name}` })),
])("$name", ({ path, input }) => {
  test("answers another team's ids exactly as unknown ones, and leaves that team as it was", async () => {
    const before = await stateOf(theirs.ids.team);
    const foreign = await answerTo(ours.owner, path, { ids: theirs.ids, own: ours.ids, input });
    const unknown = await answerTo(ours.owner, path, { ids: unknownIds(), own: ours.ids, input });
    expect(foreign).toBe(unknown);
    expect(await stateOf(theirs.ids.team)).toEqual(before);
  });

  test("answers its own team's ids otherwise, so the comparison means something", async () => {
    const own = onlyReads(path) ? reading : await createFurnishedTeam();
    const known = await answerTo(own.owner, path, { ids: own.ids, own: own.ids, input });
    expect(known).not.toBe(await answerTo(own.owner, path, { ids: unknownIds(), own: own.ids, input }));
  });
});
