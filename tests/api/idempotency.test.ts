import { afterAll, beforeAll, expect, inject, it } from "vitest";
import { brokenRules } from "#server/protocol/stream-rules";
import { createScriptedTeam, eventsOf, postResponse, type ScriptedTeam } from "#tests/support/scripted-team";
import { chatText, type UpstreamExchange } from "#tests/support/scripted-upstream";
import { createTeam, query } from "#tests/support/server";

const server = inject("server");
let team: ScriptedTeam;

beforeAll(async () => {
  team = await createScriptedTeam(server);
});
afterAll(() => team.close());

let keys = 0;
function freshKey(): Record<string, string> {
  keys += 1;
  return { "idempotency-key": `test-${keys}` };
}

function post(body: Record<string, unknown>, headers: Record<string, string>, key = team.key): Promise<Response> {
  return postResponse({ server, key }, { model: team.model, input: "Hi", ...body }, { headers });
}

it("answers the same key and body with the first answer and runs nothing twice", async () => {
  const headers = freshKey();
  const before = team.upstream.requests.length;
  const first = await post({}, headers);
  const second = await post({}, headers);
  expect(await second.json()).toEqual(await first.json());
  expect(first.headers.get("idempotent-replayed")).toBeNull();
  expect(second.headers.get("idempotent-replayed")).toBe("true");
  expect(team.upstream.requests.length - before).toBe(1);
});

it("joins requests that run at the same time", async () => {
  const headers = freshKey();
  const before = team.upstream.requests.length;
  let release = () => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  const held = new Promise<void>((arrived) =>
    team.upstream.script(async (exchange) => {
      arrived();
      await released;
      await chatText("Only once.")(exchange);
    }),
  );
  const answers = [1, 2, 3].map(() => post({}, headers));
  await held;
  release();
  const bodies = await Promise.all(answers.map(async (answer) => (await answer).json()));
  expect(new Set(bodies.map((body) => JSON.stringify(body))).size).toBe(1);
  expect(team.upstream.requests.length - before).toBe(1);
});

it("refuses the key with another body", async () => {
  const headers = freshKey();
  await post({}, headers);
  const other = await post({ input: "Something else" }, headers);
  expect(other.status).toBe(400);
  expect(await other.json()).toMatchObject({
    error: { code: "idempotency_key_reused", type: "invalid_request_error" },
  });
});

it("repeats a stream as a stream", async () => {
  const headers = freshKey();
  team.upstream.script(chatText(["to be ", "repeated"]));
  const first = eventsOf(await (await post({ stream: true }, headers)).text());
  const second = eventsOf(await (await post({ stream: true }, headers)).text());
  expect(brokenRules(second)).toEqual([]);
  expect(second.at(-1)).toMatchObject({ type: "response.completed", response: first.at(-1)?.response });
});

it("frees the key of a request that failed or was refused", async () => {
  const headers = freshKey();
  team.upstream.script((exchange: UpstreamExchange) => exchange.json(400, { error: { message: "no" } }));
  expect((await post({}, headers)).status).toBeGreaterThanOrEqual(400);
  expect((await post({}, headers)).status).toBe(200);
  const refused = freshKey();
  expect((await post({ model: "nobody/knows" }, refused)).status).toBe(404);
  expect((await post({}, refused)).status).toBe(200);
});

it("keeps teams apart", async () => {
  const other = await createTeam(server);
  const headers = freshKey();
  const body = { model: "builtin/echo", input: "mine" };
  const mine = (await (await post(body, headers)).json()) as { id: string };
  const theirs = (await (await post({ ...body, input: "theirs" }, headers, other.key)).json()) as { id: string };
  expect(theirs.id).not.toBe(mine.id);
});

it("keeps no readable content of what must not be stored, and still repeats it", async () => {
  const headers = freshKey();
  team.upstream.script(chatText("secret-of-the-day"));
  const first = await (await post({ store: false }, headers)).json();
  expect(await (await post({ store: false }, headers)).json()).toEqual(first);
  const rows = await query<{ found: boolean }>(
    server,
    "SELECT position('secret-of-the-day'::bytea IN body) > 0 AS found FROM idempotency_key WHERE team_id = $1 AND body IS NOT NULL",
    [team.teamId],
  );
  expect(rows.length).toBeGreaterThan(0);
  expect(rows.every((row) => !row.found)).toBe(true);
});

it("refuses a key that cannot be one", async () => {
  expect((await post({}, { "idempotency-key": "x".repeat(256) })).status).toBe(400);
});
