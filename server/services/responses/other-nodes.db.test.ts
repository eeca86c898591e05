import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { setClock } from "#server/clock";
import { pool } from "#server/db/client";
import { readEvents, readRelayedInput } from "#server/db/response-events";
import { newId } from "#server/ids";
import type { ResponseStreamEvent } from "#server/protocol/events";
import type { Item } from "#server/protocol/items";
import { parseCreateResponse } from "#server/protocol/request";
import { openResponse } from "#server/protocol/response";
import { brokenRules } from "#server/protocol/stream-rules";
import type { ServiceContext } from "#server/services/context";
import { beginRun, type RunFacts } from "#server/services/responses/active-runs";
import { getResponseInput } from "#server/services/responses/get-response-input";
import { giveOrder, listenForOrders } from "#server/services/responses/run-orders";
import { stopRun } from "#server/services/responses/stop-run";
import { watchRun } from "#server/services/responses/watch-run";
import { silentTrace } from "#server/tracing/span";
import { startChild } from "#tests/support/child";
import { createTeam, openTestDatabase, type TestDatabase } from "#tests/support/database";
import { eventually } from "#tests/support/eventually";
import { installFakeClock } from "#tests/support/fake-clock";
import { finishCall, holdNextCall } from "#tests/support/held-call";
import { asWire } from "#tests/support/run-engine";
import { type ScriptedUpstream, startScriptedUpstream } from "#tests/support/scripted-upstream";

let database: TestDatabase;
let ctx: ServiceContext;
let teamId: string;
const never = new AbortController().signal;

beforeAll(async () => {
  database = await openTestDatabase();
  ({ teamId } = await createTeam());
  ctx = { principal: { type: "system", teamId }, signal: never, trace: silentTrace };
});
afterEach(() => setClock());
afterAll(() => database.close());

async function logOf(responseId: string): Promise<ResponseStreamEvent[]> {
  return readEvents({ teamId, responseId }, { after: -1, limit: 1_000 });
}

describe("an order of another node's", () => {
  let stopListening: () => void;
  beforeAll(() => {
    stopListening = listenForOrders();
  });
  afterAll(() => stopListening());

  const asked: Item = { type: "message", id: newId("message"), role: "user", status: "completed", content: [] };
  const facts = (responseId: string, keepsContent = true): RunFacts => ({
    ...{ teamId, responseId, model: "m", startedAt: 1, background: false, keepsContent },
    ...{ apiKeyId: null, userId: null, input: [asked] },
  });
  const request = parseCreateResponse({ model: "m", input: "hi" });

  it("has a watched run written down for as long as it lasts, and a little longer", async () => {
    const id = newId("response");
    const opening = openResponse({ id, createdAt: 1, model: "m", request });
    const run = beginRun(never, facts(id));
    const say = (type: "response.created" | "response.in_progress" | "response.completed") => {
      const status = type === "response.completed" ? "completed" : "in_progress";
      const event: ResponseStreamEvent = { type, response: { ...opening, status }, sequence_number: 0 };
      run.publish([event]);
    };
    say("response.created");
    expect(await logOf(id)).toEqual([]);
    giveOrder("watch", { teamId, responseId: id });
    giveOrder("watch", { teamId, responseId: id });
    await eventually(async () => {
      say("response.in_progress");
      expect(await logOf(id)).not.toEqual([]);
    });
    const key = { teamId, responseId: id };
    expect(await readRelayedInput(key)).toEqual([asked]);
    const clock = installFakeClock();
    say("response.completed");
    run.end();
    await eventually(async () => {
      clock.advance(50);
      expect((await logOf(id)).at(-1)?.type).toBe("response.completed");
    });
    const numbers = (await logOf(id)).map((event) => event.sequence_number);
    expect(numbers).toEqual(numbers.map((_, index) => index));
    // The log is forgotten 30 s after its end.
    await eventually(async () => {
      clock.advance(30_000);
      expect(await logOf(id)).toEqual([]);
    });
    expect(await readRelayedInput(key)).toBeNull();
  });

  it("stops its own team's run, and writes nothing down of one that keeps no content", async () => {
    const [ours, untouched] = [newId("response"), newId("response")];
    const [run, other] = [beginRun(never, facts(ours, false)), beginRun(never, facts(untouched, false))];
    giveOrder("stop", { teamId: "team_other", responseId: untouched });
    giveOrder("watch", { teamId, responseId: ours });
    giveOrder("stop", { teamId, responseId: ours });
    await eventually(() => expect(run.signal.reason).toMatchObject({ code: "cancelled" }));
    // Orders come in the order in which they were given.
    expect(other.signal.aborted).toBe(false);
    run.end();
    other.end();
    expect(await logOf(ours)).toEqual([]);
    expect(await readRelayedInput({ teamId, responseId: ours })).toBeNull();
  });
});

// A second node exists only on a native Postgres; .ci/run repeats this suite there.
if (process.env.TEST_DATABASE_URL) {
  describe("a foreground response of another node", () => {
    let upstream: ScriptedUpstream;
    beforeAll(async () => {
      upstream = await startScriptedUpstream();
      await pool().query(
        `INSERT INTO provider_connection (id, team_id, name, kind, base_url, models)
         VALUES ($1, $2, 'scripted', 'openai-compatible', $3, '{m}')`,
        [newId("connection"), teamId, upstream.baseUrl],
      );
    });
    afterAll(() => upstream.close());

    async function startElsewhere() {
      const held = holdNextCall(upstream);
      const child = startChild("tests/support/crash-child.ts", ["respond", teamId, "scripted/m"], {
        API_KEY_PEPPER: "test-pepper-of-at-least-32-characters",
        SESSION_SECRET: "test-session-secret-of-32-characters",
        ENCRYPTION_KEY: Buffer.alloc(32, 7).toString("base64"),
        DATABASE_URL: database.databaseUrl,
        LOG_LEVEL: "silent",
      });
      const responseId = (await child.line(/^id /)).slice(3);
      return { child, responseId, exchange: await held };
    }

    it("is stopped", async () => {
      const { child, responseId, exchange } = await startElsewhere();
      await stopRun({ ctx, input: { responseId } });
      await exchange.abandoned;
      expect(await child.line(/^ended/)).toBe("ended cancelled");
      expect(await child.end()).toBe(0);
    });

    it("is watched to its end", async () => {
      const { child, responseId, exchange } = await startElsewhere();
      const events: ResponseStreamEvent[] = [];
      for await (const batch of await watchRun({ ctx, input: { responseId } })) {
        events.push(...batch);
        if (!events.some((event) => event.type === "response.output_text.delta")) continue;
        expect(await getResponseInput({ ctx, input: { responseId } })).toMatchObject([{ content: [{ text: "hi" }] }]);
        finishCall(exchange);
      }
      expect(brokenRules(asWire(events))).toEqual([]);
      expect(events.at(-1)).toMatchObject({ type: "response.completed", response: { id: responseId } });
      expect(await child.line(/^ended/)).toBe("ended completed");
    });

    it("is let go when its node dies", async () => {
      const { child, responseId } = await startElsewhere();
      const events: ResponseStreamEvent[] = [];
      for await (const batch of await watchRun({ ctx, input: { responseId } })) {
        events.push(...batch);
        if (events.some((event) => event.type === "response.output_text.delta")) await child.kill();
      }
      expect(events.at(-1)?.type).toBe("response.output_text.delta");
    });

    it("is known to its own team only", async () => {
      const { child, responseId, exchange } = await startElsewhere();
      const stranger = { ...ctx, principal: { type: "system", teamId: (await createTeam()).teamId } as const };
      await expect(stopRun({ ctx: stranger, input: { responseId } })).rejects.toThrow("not found");
      await expect(watchRun({ ctx: stranger, input: { responseId } })).rejects.toThrow("not found");
      await expect(getResponseInput({ ctx: stranger, input: { responseId } })).rejects.toThrow("not found");
      finishCall(exchange);
      expect(await child.line(/^ended/)).toBe("ended completed");
    });
  });
}
