import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Principal } from "#server/auth/principal";
import { setClock } from "#server/clock";
import { giveBackgroundRunBack, markToolCalled, requestCancel, takeBackgroundRun } from "#server/db/background-runs";
import { pool } from "#server/db/client";
import { appendEvents, readEvents } from "#server/db/response-events";
import { newTraceId } from "#server/ids";
import { queue, startQueue, stopQueue } from "#server/jobs/queue";
import { brokenRules } from "#server/protocol/stream-rules";
import type { ServiceContext } from "#server/services/context";
import { createConversation } from "#server/services/conversations/create-conversation";
import { backgroundJob } from "#server/services/responses/background-job";
import { cancelResponse } from "#server/services/responses/cancel-response";
import { createResponse } from "#server/services/responses/create-response";
import { endBrokenOff } from "#server/services/responses/end-background";
import { toEventRow } from "#server/services/responses/event-log";
import { getResponse } from "#server/services/responses/get-response";
import { resumeLostRuns } from "#server/services/responses/resume-lost-runs";
import { runBackgroundResponse } from "#server/services/responses/run-background";
import { sweepUnstoredResponses } from "#server/services/responses/sweep-responses";
import { silentTrace } from "#server/tracing/span";
import { createTeam, openTestDatabase, type TestDatabase } from "#tests/support/database";
import { installFakeClock } from "#tests/support/fake-clock";
import { asWire } from "#tests/support/run-engine";

// No workers run here: each test says itself what a worker does.
let database: TestDatabase;
let ctx: ServiceContext;
const never = new AbortController().signal;

beforeAll(async () => {
  database = await openTestDatabase({ BACKGROUND_CANCEL_PATIENCE_SECONDS: "0.05", BACKGROUND_MAX_ATTEMPTS: "2" });
  await startQueue();
  const { teamId } = await createTeam();
  const limits = { requestsPerMinute: null, tokensPerMinute: null, concurrentRuns: null };
  const tools = { allowedIds: null, defaultIds: [] };
  const principal: Principal = { type: "apiKey", teamId, keyId: "key_1", scopes: [], logContent: true, tools, limits };
  ctx = { principal, signal: never, trace: silentTrace };
});
afterEach(() => setClock());
afterAll(async () => {
  await stopQueue();
  await database.close();
});

interface Key {
  teamId: string;
  responseId: string;
}

async function queueOne(body: Record<string, unknown> = {}): Promise<Key> {
  const trace = { ...silentTrace, traceId: newTraceId() };
  const { queued } = await createResponse({
    ctx: { ...ctx, trace },
    input: { body: { model: "builtin/echo", input: "Hello", background: true, ...body } },
  });
  if (!queued) throw new Error("not queued");
  return { teamId: ctx.principal.teamId, responseId: queued.id };
}

/** What a worker does that takes the job. */
const work = (key: Key) => runBackgroundResponse({ input: key, signal: never });
const read = ({ responseId }: Key) => getResponse({ ctx, input: { responseId } });

async function streamOf(key: Key) {
  return readEvents(key, { after: -1, limit: 1_000 });
}

/** Takes a run and says a word under its name. */
async function speak(key: Key) {
  const run = await takeBackgroundRun(key);
  if (!run) throw new Error("nothing to take");
  const item = { type: "message" as const, id: "msg_1", status: "in_progress" as const, role: "assistant" as const };
  const place = { item_id: "msg_1", output_index: 0, content_index: 0 };
  const part = { type: "output_text" as const, text: "", annotations: [], logprobs: [] };
  const events = [
    { type: "response.output_item.added" as const, output_index: 0, item: { ...item, content: [] } },
    { type: "response.content_part.added" as const, ...place, part },
    { type: "response.output_text.delta" as const, ...place, delta: "Hel", logprobs: [] },
  ].map((event, index) => ({ ...event, sequence_number: index + 2 }));
  expect(await appendEvents(key, run.attempt, events.map(toEventRow))).toBe(true);
  return run;
}

describe("a start of a run", () => {
  it("is the only one that writes, until another takes the run", async () => {
    const key = await queueOne();
    const first = await speak(key);
    const second = await takeBackgroundRun(key);
    expect([first.attempt, second?.attempt]).toEqual([1, 2]);
    expect(await appendEvents(key, 1, [{ seq: 9, body: "{}" }])).toBe(false);
    expect(await markToolCalled(key, 1)).toBe(false);
    expect(await endBrokenOff(key, first, { status: "cancelled" })).toBe(false);
    expect((await read(key)).status).toBe("in_progress");
    if (second) expect(await endBrokenOff(key, second, { status: "cancelled" })).toBe(true);
    expect(await takeBackgroundRun(key)).toBeNull();
    expect((await read(key)).status).toBe("cancelled");
  });

  it("writes a batch once, also when it is sent again", async () => {
    const key = await queueOne();
    const { attempt } = await speak(key);
    const row = { seq: 5, body: '{"type":"x"}' };
    expect(await appendEvents(key, attempt, [row])).toBe(true);
    expect(await appendEvents(key, attempt, [row])).toBe(true);
    expect(await streamOf(key)).toHaveLength(6);
  });

  it("ends the response when an earlier one has spoken, with what it said", async () => {
    const key = await queueOne();
    await speak(key);
    await work(key);
    const response = await read(key);
    expect(response).toMatchObject({ status: "failed", error: { code: "run_interrupted" }, background: true });
    expect(response.output).toMatchObject([{ status: "incomplete", content: [{ text: "Hel" }] }]);
    const events = await streamOf(key);
    expect(events.at(-1)).toMatchObject({ type: "response.failed", response: { output: response.output } });
    expect(events.map((event) => event.sequence_number)).toEqual(events.map((_, index) => index));
  });

  it("ends the response when an earlier one has called a tool", async () => {
    const key = await queueOne();
    const run = await takeBackgroundRun(key);
    expect(await markToolCalled(key, run?.attempt ?? 0)).toBe(true);
    await work(key);
    expect(await read(key)).toMatchObject({ status: "failed", error: { code: "run_interrupted" }, output: [] });
  });

  it("runs it when the earlier ones were silent, but not for ever", async () => {
    const [once, thrice] = [await queueOne(), await queueOne()];
    await takeBackgroundRun(once);
    await work(once);
    expect((await read(once)).status).toBe("completed");
    expect(brokenRules(asWire(await streamOf(once)))).toEqual([]);
    await takeBackgroundRun(thrice);
    await takeBackgroundRun(thrice);
    await work(thrice);
    expect(await read(thrice)).toMatchObject({ status: "failed", error: { code: "run_interrupted" } });
  });

  it("does not count when it is given back", async () => {
    const key = await queueOne();
    for (let start = 0; start < 5; start += 1) {
      const run = await takeBackgroundRun(key);
      await giveBackgroundRunBack(key, run?.attempt ?? 0);
    }
    await work(key);
    expect((await read(key)).status).toBe("completed");
  });

  it("finds nothing to do once the response has ended or is gone", async () => {
    const key = await queueOne();
    await work(key);
    const events = await streamOf(key);
    await work(key);
    await work({ ...key, responseId: "resp_gone" });
    expect(await streamOf(key)).toEqual(events);
  });

  it("cannot be repeated by two workers at once", async () => {
    const key = await queueOne();
    await Promise.allSettled([work(key), work(key), work(key)]);
    const events = await streamOf(key);
    expect(events.filter((event) => /completed$|failed$/.test(event.type) && "response" in event)).toHaveLength(1);
    expect(brokenRules(asWire(events))).toEqual([]);
  });
});

describe("cancelling", () => {
  it("ends one that waits", async () => {
    const key = await queueOne();
    const response = await cancelResponse({ ctx, input: key });
    expect(response).toMatchObject({ status: "cancelled", output: [], usage: null });
    expect((await streamOf(key)).map(({ type }) => type)).toEqual([
      "response.created",
      "response.queued",
      "response.incomplete",
    ]);
    await work(key);
    expect(await read(key)).toEqual(response);
  });

  it("ends one whose process does not answer, with what it said", async () => {
    const key = await queueOne();
    const run = await speak(key);
    const response = await cancelResponse({ ctx, input: key });
    expect(response).toMatchObject({ status: "cancelled", output: [{ content: [{ text: "Hel" }] }] });
    expect(await appendEvents(key, run.attempt, [{ seq: 9, body: "{}" }])).toBe(false);
  });

  it("is found by the next start", async () => {
    const key = await queueOne();
    await speak(key);
    await requestCancel(key);
    await work(key);
    expect((await read(key)).status).toBe("cancelled");
  });
});

describe("the sweeps", () => {
  it("enqueue a response whose job is lost, and leave the others", async () => {
    const [lost, waiting] = [await queueOne(), await queueOne()];
    const jobOf = async ({ teamId, responseId }: Key) => {
      const found = await pool().query<{ job_id: string }>(
        "SELECT job_id FROM background_run WHERE team_id = $1 AND response_id = $2",
        [teamId, responseId],
      );
      return found.rows[0]?.job_id ?? "";
    };
    const [lostJob, waitingJob] = [await jobOf(lost), await jobOf(waiting)];
    await queue().boss.deleteJob(backgroundJob.name, lostJob);
    expect(await resumeLostRuns()).toBe(0);
    installFakeClock(Date.now() + 61_000);
    expect(await resumeLostRuns()).toBe(1);
    expect(await jobOf(lost)).not.toBe(lostJob);
    expect(await jobOf(waiting)).toBe(waitingJob);
    expect(await resumeLostRuns()).toBe(0);
  });

  it("delete what was not to be stored ten minutes after its end", async () => {
    const key = await queueOne({ store: false, input: "not for long" });
    await work(key);
    const left = async () => {
      const counts = await pool().query(
        `SELECT (SELECT count(*)::int FROM response WHERE id = $1) AS responses,
                (SELECT count(*)::int FROM response_event WHERE response_id = $1) AS events,
                (SELECT count(*)::int FROM item WHERE body::text LIKE '%not for long%') AS items`,
        [key.responseId],
      );
      return counts.rows[0];
    };
    installFakeClock(Date.now() + 590_000);
    expect(await sweepUnstoredResponses(never)).toBe(0);
    expect(await left()).toMatchObject({ responses: 1, items: 2 });
    installFakeClock(Date.now() + 601_000);
    expect(await sweepUnstoredResponses(never)).toBe(1);
    expect(await left()).toEqual({ responses: 0, events: 0, items: 0 });
  });
});

it("goes to the end of its conversation when it has ended", async () => {
  const conversation = await createConversation({ ctx, input: { items: [], metadata: {} } });
  const count = async () => {
    const rows = await pool().query("SELECT item_id FROM conversation_item WHERE conversation_id = $1", [
      conversation.id,
    ]);
    return rows.rows.length;
  };
  const key = await queueOne({ conversation: conversation.id });
  expect(await count()).toBe(0);
  await work(key);
  expect(await count()).toBe(2);
  const cancelled = await queueOne({ conversation: conversation.id });
  await cancelResponse({ ctx, input: cancelled });
  expect(await count()).toBe(2);
});
