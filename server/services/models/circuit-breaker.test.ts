import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { setClock } from "#server/clock";
import { parseConfig, setConfig } from "#server/config";
import {
  forgetBreakers,
  inTurn,
  readBreaker,
  recordFailure,
  recordNothing,
  recordSuccess,
} from "#server/services/models/circuit-breaker";
import { type FakeClock, installFakeClock } from "#tests/support/fake-clock";

const A = { breaker: "a" };
const B = { breaker: "b" };
let fake: FakeClock;

beforeEach(() => {
  setConfig(parseConfig({}));
  forgetBreakers();
  fake = installFakeClock();
});
afterEach(() => setClock());

/** Who is asked, when everybody fails without a verdict. */
function orderOf(...candidates: { breaker: string | null }[]): (string | null)[] {
  return [...inTurn(candidates)].map(({ breaker }) => breaker);
}

function fail(key: string, times: number): void {
  for (let count = 0; count < times; count += 1) recordFailure(key);
}

describe("a circuit breaker", () => {
  it("opens after three failures in a row, and not after three in all", () => {
    fail("a", 2);
    recordSuccess("a");
    fail("a", 2);
    expect(readBreaker("a")).toEqual({ state: "closed", failures: 2, retryAt: null });
    fail("a", 1);
    expect(readBreaker("a")).toEqual({ state: "open", failures: 3, retryAt: fake.now() + 30_000 });
    expect(readBreaker("b").state).toBe("closed");
  });

  it("puts the target last while it is open, and never leaves nobody", () => {
    fail("a", 3);
    expect(orderOf(A, B)).toEqual(["b", "a"]);
    fail("b", 3);
    expect(orderOf(A, B)).toEqual(["a", "b"]);
    expect(orderOf({ breaker: null }, A)).toEqual([null, "a"]);
  });

  it("admits one request after 30 s, and closes when that is answered", () => {
    fail("a", 3);
    fake.advance(29_999);
    expect(readBreaker("a").state).toBe("open");
    fake.advance(1);
    expect(readBreaker("a").state).toBe("half_open");
    const first = inTurn([A, B]);
    expect(first.next().value).toBe(A);
    expect(orderOf(A, B)).toEqual(["b", "a"]);
    recordSuccess("a");
    expect(orderOf(A, B)).toEqual(["a", "b"]);
  });

  it("opens for another 30 s when that one fails", () => {
    fail("a", 3);
    fake.advance(30_000);
    inTurn([A]).next();
    fail("a", 1);
    expect(readBreaker("a")).toMatchObject({ state: "open", retryAt: fake.now() + 30_000 });
  });

  it("waits for another one when that one ended without a verdict", () => {
    fail("a", 3);
    fake.advance(30_000);
    inTurn([A]).next();
    recordNothing("a");
    expect(orderOf(A, B)).toEqual(["a", "b"]);
  });

  it("is not kept open by those that are sent to it when nobody else is left", () => {
    fail("a", 3);
    fake.advance(20_000);
    fail("a", 1);
    fake.advance(10_000);
    expect(readBreaker("a").state).toBe("half_open");
  });

  it("takes its limits from the configuration", () => {
    setConfig(parseConfig({ BREAKER_FAILURES: "1", BREAKER_OPEN_SECONDS: "2" }));
    fail("a", 1);
    expect(readBreaker("a").state).toBe("open");
    fake.advance(2_000);
    expect(readBreaker("a").state).toBe("half_open");
  });
});
