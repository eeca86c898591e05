import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { pool } from "#server/db/client";
import { newTraceId } from "#server/ids";
import { startQueue, stopQueue } from "#server/jobs/queue";
import type { ResponseStreamEvent } from "#server/protocol/events";
import type { Item } from "#server/protocol/items";
import { brokenRules } from "#server/protocol/stream-rules";
import { beginRun, type RunFacts } from "#server/services/responses/active-runs";
import { createResponse } from "#server/services/responses/create-response";
import { runBackgroundResponse } from "#server/services/responses/run-background";
import { silentTrace } from "#server/tracing/span";
import { createTeam, openTestDatabase, type TestDatabase } from "#tests/support/database";
import { createMember, type Person } from "#tests/support/people";
import { asWire } from "#tests/support/run-engine";

let database: TestDatabase;
let teamId: string;
let person: Person;
const never = new AbortController().signal;

beforeAll(async () => {
  database = await openTestDatabase();
  await startQueue();
});
afterAll(async () => {
  await stopQueue();
  await database.close();
});
beforeEach(async () => {
  ({ teamId } = await createTeam());
  person = await createMember({ teamId, role: "developer" });
});

/** Runs a response for the person and gives its id; a background one is only queued. */
async function respond(body: Record<string, unknown> = {}): Promise<string> {
  const principal = { type: "user", teamId, userId: person.userId, role: "developer", sessionId: "s" } as const;
  const ctx = { principal, signal: never, trace: { ...silentTrace, traceId: newTraceId() } };
  const run = await createResponse({ ctx, input: { body: { model: "builtin/echo", input: "Hello", ...body } } });
  if (run.queued) return run.queued.id;
  let id = "";
  for await (const batch of run.events) for (const event of batch) if ("response" in event) id = event.response.id;
  return id;
}

function facts(responseId: string, more: Partial<RunFacts> = {}): RunFacts {
  const asked = { apiKeyId: null, userId: null, model: "builtin/echo", startedAt: 1, background: false };
  return { teamId, responseId, keepsContent: true, input: [], ...asked, ...more };
}

async function watch(responseId: string): Promise<ResponseStreamEvent[]> {
  const events: ResponseStreamEvent[] = [];
  for await (const batch of await person.call.responses.watch({ responseId })) events.push(...batch);
  return events;
}

describe("the list", () => {
  it("shows stored responses, newest first, page by page", async () => {
    const ids = [await respond({ input: "one" }), await respond({ input: "two" }), await respond({ input: "three" })];
    const first = await person.call.responses.list({ limit: 2 });
    expect(first.rows.map((row) => row.id)).toEqual([ids[2], ids[1]]);
    expect(first.rows[0]).toMatchObject({
      status: "completed",
      model: "builtin/echo",
      background: false,
      inputPreview: "three",
      outputPreview: "three",
      userName: "Test Person",
      apiKeyName: null,
      usage: { total_tokens: expect.any(Number) },
    });
    const second = await person.call.responses.list({ limit: 2, cursor: first.nextCursor ?? "" });
    expect(second).toMatchObject({ rows: [{ id: ids[0] }], nextCursor: null });
    await expect(person.call.responses.list({ cursor: "nonsense" })).rejects.toThrow("cursor");
  });

  it("is narrowed by status, model, who asked, what came before, and time", async () => {
    const first = await respond();
    const next = await respond({ previous_response_id: first });
    const queued = await respond({ background: true });
    const idsOf = async (input: Parameters<typeof person.call.responses.list>[0]) =>
      (await person.call.responses.list(input)).rows.map((row) => row.id);
    expect(await idsOf({ status: "queued" })).toEqual([queued]);
    expect(await idsOf({ model: "builtin/echo" })).toEqual([queued, next, first]);
    expect(await idsOf({ model: "builtin/demo" })).toEqual([]);
    expect(await idsOf({ userId: person.userId, status: "completed" })).toEqual([next, first]);
    expect(await idsOf({ apiKeyId: "key_1" })).toEqual([]);
    expect(await idsOf({ previousResponseId: first })).toEqual([next]);
    expect(await idsOf({ from: Date.now() + 60_000 })).toEqual([]);
    expect(await idsOf({ to: Date.now() + 60_000 })).toEqual([queued, next, first]);
  });

  it("says null of an input without words", async () => {
    await respond({ input: [{ role: "user", content: [{ type: "input_text", text: "" }] }] });
    expect((await person.call.responses.list({})).rows).toMatchObject([{ inputPreview: null }]);
  });

  it("hides what is not to be stored", async () => {
    const id = await respond({ background: true, store: false });
    await runBackgroundResponse({ input: { teamId, responseId: id }, signal: never });
    expect((await person.call.responses.list({})).rows).toEqual([]);
  });
});

it("shows one with its input, its output and its history", async () => {
  const first = await respond({ input: "one" });
  const second = await respond({ input: "two", previous_response_id: first });
  expect(await person.call.responses.get({ responseId: second })).toMatchObject({
    response: { id: second, output: [{ type: "message" }] },
    input: [{ role: "user", content: [{ text: "two" }] }],
    historyCount: 2,
  });
  const items = await person.call.responses.inputItems({ responseId: second, limit: 2 });
  expect(items.data).toMatchObject([{ content: [{ text: "two" }] }, { role: "assistant" }]);
  const rest = await person.call.responses.inputItems({ responseId: second, cursor: items.last_id ?? "" });
  expect(rest).toMatchObject({ data: [{ content: [{ text: "one" }] }], has_more: false });
});

describe("running responses", () => {
  it("are listed wherever the database or this process knows them", async () => {
    const queued = await respond({ background: true });
    const unstored = await respond({ background: true, store: false });
    const here = beginRun(never, facts("resp_here"));
    const elsewhere = beginRun(never, facts("resp_elsewhere", { teamId: "team_other" }));
    await pool().query(
      `INSERT INTO trace (team_id, id, name, status, response_id, served_model, started_at, seen_at, tool_names, vector_store_ids)
       VALUES ($1, $2, 'x', 'running', 'resp_on_another_node', 'builtin/echo', now(), now(), '{}', '{}')`,
      [teamId, newTraceId()],
    );
    const running = await person.call.responses.running();
    expect(running.map(({ id, status, background, keepsContent }) => [id, status, background, keepsContent])).toEqual(
      [
        ["resp_on_another_node", "in_progress", false, true],
        ["resp_here", "in_progress", false, true],
        [unstored, "queued", true, false],
        [queued, "queued", true, true],
      ].sort(([a], [b]) => (String(a) < String(b) ? 1 : -1)),
    );
    here.end();
    elsewhere.end();
    expect((await person.call.responses.running()).map(({ id }) => id)).not.toContain("resp_here");
  });

  it("show what they were asked, unless nothing of it may be kept", async () => {
    const asked: Item = { type: "message", id: "msg_asked", role: "user", status: "completed", content: [] };
    const run = beginRun(never, facts("resp_asked", { input: [asked] }));
    expect(await person.call.responses.input({ responseId: "resp_asked" })).toEqual([asked]);
    const stranger = await createMember({ teamId: (await createTeam()).teamId, role: "owner" });
    await expect(stranger.call.responses.input({ responseId: "resp_asked" })).rejects.toThrow("not found");
    run.end();
    await expect(person.call.responses.input({ responseId: "resp_asked" })).rejects.toThrow("not found");
    const quiet = beginRun(never, facts("resp_quiet", { input: [asked], keepsContent: false }));
    await expect(person.call.responses.input({ responseId: "resp_quiet" })).rejects.toThrow("not found");
    quiet.end();
    const queued = await respond({ background: true, input: "later" });
    expect(await person.call.responses.input({ responseId: queued })).toMatchObject([{ content: [{ text: "later" }] }]);
  });

  it("are stopped, whether they wait, run, or have ended", async () => {
    const queued = await respond({ background: true });
    await person.call.responses.stop({ responseId: queued });
    expect((await person.call.responses.get({ responseId: queued })).response.status).toBe("cancelled");
    const run = beginRun(never, facts("resp_to_stop"));
    await person.call.responses.stop({ responseId: "resp_to_stop" });
    expect(run.signal.reason).toMatchObject({ code: "cancelled" });
    run.end();
    await person.call.responses.stop({ responseId: await respond() });
    await expect(person.call.responses.stop({ responseId: "resp_unknown" })).rejects.toThrow("not found");
  });

  it("are no concern of another team's", async () => {
    const queued = await respond({ background: true });
    const run = beginRun(never, facts("resp_ours"));
    const stranger = await createMember({ teamId: (await createTeam()).teamId, role: "owner" });
    for (const responseId of [queued, "resp_ours"]) {
      await expect(stranger.call.responses.stop({ responseId })).rejects.toThrow("not found");
      await expect(async () => {
        for await (const _ of await stranger.call.responses.watch({ responseId }));
      }).rejects.toThrow("not found");
    }
    expect(run.signal.aborted).toBe(false);
    run.end();
    expect((await person.call.responses.get({ responseId: queued })).response.status).toBe("queued");
  });
});

describe("watching", () => {
  it("shows a finished response as the stream that would have led to it", async () => {
    const events = await watch(await respond({ input: "again" }));
    expect(brokenRules(asWire(events))).toEqual([]);
    expect(events.at(-1)).toMatchObject({ type: "response.completed" });
  });

  it("follows a background response from its first event to its last", async () => {
    const responseId = await respond({ background: true });
    const watching = watch(responseId);
    await runBackgroundResponse({ input: { teamId, responseId }, signal: never });
    const events = await watching;
    expect(brokenRules(asWire(events))).toEqual([]);
    expect(events.map((event) => event.type).slice(0, 3)).toEqual([
      "response.created",
      "response.queued",
      "response.in_progress",
    ]);
  });

  it("is refused for a run that keeps no content", async () => {
    const run = beginRun(never, facts("resp_private", { keepsContent: false }));
    await expect(watch("resp_private")).rejects.toThrow("not found");
    run.end();
  });
});

it("deletes a response", async () => {
  const responseId = await respond();
  await person.call.responses.delete({ responseId });
  await expect(person.call.responses.get({ responseId })).rejects.toThrow("not found");
});
