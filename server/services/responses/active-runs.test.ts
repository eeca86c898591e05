import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ResponseEvent, ResponseStreamEvent } from "#server/protocol/events";
import { parseCreateResponse } from "#server/protocol/request";
import { openResponse } from "#server/protocol/response";
import { brokenRules } from "#server/protocol/stream-rules";
import { beginRun, cancelRuns, findRun, type RunFacts, runsOf, whenIdle } from "#server/services/responses/active-runs";
import { recordResponse } from "#server/services/responses/record-response";
import { settleModel } from "#server/services/responses/settle-model";
import { silentTrace } from "#server/tracing/span";
import { SCENES } from "#tests/contract/scenes";
import { asWire, startEngine } from "#tests/support/run-engine";

function facts(responseId: string, background = false): RunFacts {
  return {
    teamId: "team_1",
    responseId,
    model: "scripted",
    startedAt: 1,
    background,
    keepsContent: true,
    apiKeyId: null,
    userId: null,
    input: [],
  };
}

const opening = openResponse({
  id: "resp_1",
  createdAt: 1_700_000_000,
  model: "scripted",
  request: parseCreateResponse({ model: "scripted", input: "Hello" }),
});

const never = new AbortController().signal;

interface Join {
  name: string;
  /** When that many batches have been read. */
  joinAt: number;
  /** The run is one of an alias, whose events are held back by one batch. */
  ahead: boolean;
}

/** A recorded run of a scene, and what a watcher of it hears. */
async function watchFrom({ name, joinAt, ahead }: Join): Promise<{ own: ResponseEvent[]; watched: ResponseEvent[] }> {
  const scene = SCENES[name]?.();
  if (!scene) throw new Error(name);
  const run = beginRun(never, facts("resp_1"));
  const engine = startEngine({ ...scene, onStart: run.show });
  const events = ahead ? settleModel({ events: engine, servedModel: () => "scripted", streamed: false }) : engine;
  const recorded = recordResponse({
    events,
    opening,
    trace: silentTrace,
    publish: run.publish,
    save: async () => {},
    onEnd: async () => run.end(),
  });
  const watched: ResponseStreamEvent[] = [];
  const watch = async () => {
    for await (const batch of findRun("team_1", "resp_1")?.watch(never) ?? []) watched.push(...batch);
  };
  const own: ResponseEvent[] = [];
  let watching = joinAt === 0 ? watch() : null;
  let read = 0;
  for await (const batch of recorded) {
    own.push(...batch);
    read += 1;
    if (read === joinAt) watching = watch();
  }
  await watching;
  return { own, watched };
}

const joins = fc.record({
  name: fc.constantFrom(...Object.keys(SCENES)),
  joinAt: fc.nat(8),
  ahead: fc.boolean(),
});

function finalOf(events: readonly ResponseEvent[]): unknown {
  const last = events.at(-1);
  return last && "response" in last ? last.response : null;
}

describe("a watcher of a running response", () => {
  it("hears a whole stream with the same end, whenever it comes", async () => {
    await fc.assert(
      fc.asyncProperty(joins, async (join) => {
        const { own, watched } = await watchFrom(join);
        // A run that has ended by then is no longer there to be watched.
        if (watched.length === 0) return;
        expect(brokenRules(asWire(watched))).toEqual([]);
        expect(finalOf(watched)).toEqual(finalOf(own));
      }),
      { numRuns: 150 },
    );
  });

  it("is no concern of the run's: it may leave at any time", async () => {
    const run = beginRun(never, facts("resp_2"));
    const leave = new AbortController();
    const heard: string[] = [];
    const watching = (async () => {
      for await (const batch of findRun("team_1", "resp_2")?.watch(leave.signal) ?? []) {
        for (const event of batch) heard.push(event.type);
        leave.abort();
      }
    })();
    const event: ResponseStreamEvent = { type: "response.created", response: opening, sequence_number: 0 };
    run.publish([event]);
    await watching;
    run.publish([event]);
    expect(heard).toEqual(["response.created"]);
    run.end();
  });

  it("is let go when it falls far behind", async () => {
    const run = beginRun(never, facts("resp_3"));
    const stream = findRun("team_1", "resp_3")?.watch(never);
    const event: ResponseStreamEvent = { type: "response.created", response: opening, sequence_number: 0 };
    const first = stream?.next();
    run.publish([event]);
    await first;
    run.publish(Array.from({ length: 10_001 }, () => event));
    await expect(stream?.next()).rejects.toThrow("cannot keep up");
    run.end();
  });
});

describe("the runs of this process", () => {
  it("are known to their own team only", () => {
    const run = beginRun(never, facts("resp_4"));
    expect(findRun("team_2", "resp_4")).toBeNull();
    expect(runsOf("team_2")).toEqual([]);
    expect(runsOf("team_1").map(({ responseId }) => responseId)).toEqual(["resp_4"]);
    run.end();
    expect(findRun("team_1", "resp_4")).toBeNull();
  });

  it("stop when they are told, with a reason that cancels", () => {
    const run = beginRun(never, facts("resp_5"));
    findRun("team_1", "resp_5")?.stop();
    expect(run.signal.reason).toMatchObject({ code: "cancelled" });
    run.end();
  });

  it("are ended at shutdown, each in its way, and waited for", async () => {
    const [foreground, background] = [beginRun(never, facts("resp_6")), beginRun(never, facts("resp_7", true))];
    const idle = whenIdle();
    cancelRuns();
    expect(foreground.signal.reason).toMatchObject({ code: "overloaded" });
    expect(background.signal.reason).toMatchObject({ code: "run_interrupted" });
    foreground.end();
    background.end();
    await idle;
  });
});
