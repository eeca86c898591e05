import { afterAll, beforeAll, expect, it } from "vitest";
import { pool } from "#server/db/client";
import { startQueue, stopQueue } from "#server/jobs/queue";
import { flushTraces } from "#server/tracing/writer";
import { createTeam, openTestDatabase, type TestDatabase } from "#tests/support/database";
import { createMember, type Person } from "#tests/support/people";

let database: TestDatabase;
let teamId: string;
let person: Person;

beforeAll(async () => {
  database = await openTestDatabase();
  await startQueue();
  ({ teamId } = await createTeam());
  person = await createMember({ teamId, role: "editor" });
});
afterAll(async () => {
  await stopQueue();
  await database.close();
});

it("a test search leaves a trace of the person's, with its retrieval", async () => {
  const store = await person.call.vectorStores.create({ name: "Papers" });
  await person.call.vectorStores.search({ vectorStoreId: store.id, query: "What is proof of work?" });
  await flushTraces();
  const { rows } = await pool().query(
    `SELECT t.name, t.status, t.user_id, t.vector_store_ids, t.input_preview, s.kind
     FROM trace t JOIN span s ON s.team_id = t.team_id AND s.id LIKE t.id || '%' AND s.kind = 'retrieval'
     WHERE t.team_id = $1`,
    [teamId],
  );
  expect(rows).toEqual([
    {
      name: "test search",
      status: "ok",
      user_id: person.userId,
      vector_store_ids: [store.id],
      input_preview: "What is proof of work?",
      kind: "retrieval",
    },
  ]);
});

it("one that is refused leaves a trace that says why", async () => {
  const search = person.call.vectorStores.search({ vectorStoreId: "vs_unknown", query: "anything" });
  await expect(search).rejects.toMatchObject({ cause: { code: "not_found" } });
  await flushTraces();
  const { rows } = await pool().query("SELECT error_code FROM trace WHERE team_id = $1 AND status = 'error'", [teamId]);
  expect(rows).toEqual([{ error_code: "not_found" }]);
});
