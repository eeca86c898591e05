import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { setClock } from "#server/clock";
import { parseConfig, setConfig } from "#server/config";
import type { ResponseEvent } from "#server/protocol/events";
import { parseCreateResponse } from "#server/protocol/request";
import { openResponse } from "#server/protocol/response";
import { settleModel } from "#server/services/responses/settle-model";
import { type FakeClock, installFakeClock } from "#tests/support/fake-clock";

let clock: FakeClock;
beforeEach(() => {
  setConfig(parseConfig({}));
  clock = installFakeClock();
});
afterEach(() => setClock());

const response = openResponse({
  id: "resp_1",
  createdAt: 1,
  model: "a/m",
  request: parseCreateResponse({ model: "fast", input: "Hello" }),
});
const created = (): ResponseEvent[] => [{ type: "response.created", response }];
const completed = (): ResponseEvent[] => [{ type: "response.completed", response }];

/** A run whose first news of the model comes when it is told to. */
function heldRun() {
  const { promise, resolve } = Promise.withResolvers<void>();
  async function* run(): AsyncGenerator<ResponseEvent[]> {
    yield created();
    await promise;
    yield completed();
  }
  return { events: run(), speak: resolve };
}

function modelsIn(events: readonly ResponseEvent[]): string[] {
  return events.flatMap((event) => ("response" in event ? [event.response.model] : []));
}

/** What the iterator has to give without waiting: its next batch, or null. */
async function soon<T>(promise: Promise<T>): Promise<T | null> {
  return Promise.race([promise, new Promise<null>((resolve) => setImmediate(resolve, null))]);
}

describe("settleModel", () => {
  it("holds the opening events until it is known who answers, and names that one in all", async () => {
    let served = "a/m";
    const { events, speak } = heldRun();
    const settled = settleModel({ events, servedModel: () => served, streamed: true });
    const first = settled.next();
    expect(await soon(first)).toBeNull();
    served = "b/m";
    speak();
    expect(modelsIn((await first).value ?? [])).toEqual(["b/m"]);
    expect(modelsIn((await settled.next()).value ?? [])).toEqual(["b/m"]);
    expect((await settled.next()).done).toBe(true);
    expect(response.model).toBe("a/m");
  });

  it("waits no longer than it is given, and names who answered in the end", async () => {
    let served = "a/m";
    const { events, speak } = heldRun();
    const settled = settleModel({ events, servedModel: () => served, streamed: true });
    const first = settled.next();
    expect(await soon(first)).toBeNull();
    clock.advance(15_000);
    expect(modelsIn((await first).value ?? [])).toEqual(["a/m"]);
    served = "b/m";
    speak();
    expect(modelsIn((await settled.next()).value ?? [])).toEqual(["b/m"]);
  });

  it("holds nothing where nobody waits for a first byte", async () => {
    const { events } = heldRun();
    const first = settleModel({ events, servedModel: () => "a/m", streamed: false }).next();
    expect(await soon(first)).toMatchObject({ value: [{ type: "response.created" }] });
  });
});
