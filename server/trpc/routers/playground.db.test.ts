import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { pool } from "#server/db/client";
import { startTraceWriter, stopTraceWriter } from "#server/tracing/writer";
import { createTeam, openTestDatabase } from "#tests/support/database";
import { createMember, type Person } from "#tests/support/people";

let close: () => Promise<void>;
let teamId: string;
let person: Person;

beforeAll(async () => {
  ({ close } = await openTestDatabase());
  startTraceWriter();
  ({ teamId } = await createTeam());
  person = await createMember({ teamId, role: "developer" });
});

afterAll(async () => {
  await stopTraceWriter();
  await close();
});

it("runs a response as the person, stores it and leaves a trace of theirs", async () => {
  const types: string[] = [];
  let id = "";
  for await (const batch of await person.call.playground.respond({ model: "builtin/echo", input: "Hello" })) {
    for (const event of batch) {
      types.push(event.type);
      if (event.type === "response.completed") id = event.response.id;
    }
  }
  expect(types[0]).toBe("response.created");
  expect(types.at(-1)).toBe("response.completed");
  const stored = await pool().query("SELECT user_id, api_key_id FROM response WHERE team_id = $1 AND id = $2", [
    teamId,
    id,
  ]);
  expect(stored.rows).toEqual([{ user_id: person.userId, api_key_id: null }]);
  await vi.waitFor(
    async () => {
      const { rows } = await pool().query(
        "SELECT name, user_id, status FROM trace WHERE team_id = $1 AND response_id = $2",
        [teamId, id],
      );
      expect(rows).toEqual([{ name: "playground", user_id: person.userId, status: "ok" }]);
    },
    { timeout: 15_000 },
  );
});

it("refuses what the API refuses, in its words", async () => {
  const run = async () => {
    for await (const _ of await person.call.playground.respond({ model: "builtin/echo" }));
  };
  await expect(run()).rejects.toThrow("Missing required parameter: 'input'.");
});

it("keeps viewers out", async () => {
  const viewer = await createMember({ teamId, role: "viewer" });
  await expect(viewer.call.playground.respond({ model: "builtin/echo", input: "Hello" })).rejects.toThrow(
    "playground.write",
  );
});

it("starts with the team's default model, else the built-in", async () => {
  expect(await person.call.playground.defaults()).toEqual({ model: "builtin/demo" });
});
