import { afterEach, beforeEach, expect, test } from "vitest";
import { setClock } from "#server/clock";
import { Exchange } from "#server/outbound/exchange";

const GRACE_MS = 1_000;

let waiting: { ms: number; task: () => void }[];

beforeEach(() => {
  waiting = [];
  setClock({
    now: () => 0,
    after(ms, task) {
      const entry = { ms, task };
      waiting.push(entry);
      return () => {
        waiting = waiting.filter((other) => other !== entry);
      };
    },
  });
});

afterEach(() => setClock());

type Handler = Required<Parameters<ConstructorParameters<typeof Exchange>[0]["dispatch"]>[1]>;

/** An exchange whose answer has begun, and the hands that go on with it. */
function begin() {
  const aborted: unknown[] = [];
  let handler: Partial<Handler> = {};
  const controller = {
    aborted: false,
    paused: false,
    reason: null,
    rawHeaders: null,
    rawTrailers: null,
    abort: (reason: Error) => void aborted.push(reason.message),
    pause: () => {},
    resume: () => {},
  };
  const dispatcher = {
    dispatch(_options: unknown, given: Partial<Handler>) {
      handler = given;
      return true;
    },
  };
  const request = { method: "GET", path: "/", headers: {}, body: null } as const;
  const exchange = new Exchange(dispatcher, request);
  handler.onRequestStart?.(controller, {});
  handler.onResponseStart?.(controller, 200, {});
  return { exchange, aborted, end: () => handler.onResponseEnd?.(controller, {}) };
}

test("nothing waits for a released exchange once its answer has ended, before or after", () => {
  const before = begin();
  before.end();
  before.exchange.release(GRACE_MS);
  const after = begin();
  after.exchange.release(GRACE_MS);
  expect(waiting.map(({ ms }) => ms)).toEqual([GRACE_MS]);
  after.end();
  expect(waiting).toEqual([]);
  expect([...before.aborted, ...after.aborted]).toEqual([]);
});

test("a released exchange whose answer does not end is closed", () => {
  const { exchange, aborted } = begin();
  exchange.release(GRACE_MS);
  for (const { task } of waiting) task();
  expect(aborted).toEqual(["The answer did not end."]);
  expect(waiting).toEqual([]);
});
