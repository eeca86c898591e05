import { afterEach, beforeEach, expect, it } from "vitest";
import { setClock } from "#server/clock";
import { parseConfig, setConfig } from "#server/config";
import { withinTime } from "#server/services/vector-stores/within-time";
import { type FakeClock, installFakeClock } from "#tests/support/fake-clock";

let clock: FakeClock;

beforeEach(() => {
  setConfig(parseConfig({ NODE_ENV: "test", SEARCH_MODEL_TIMEOUT_SECONDS: "20" }));
  clock = installFakeClock();
});
afterEach(() => setClock());

/** Work that ends only when it is stopped. */
const hang = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => signal.addEventListener("abort", () => reject(signal.reason), { once: true }));

it("stops what takes too long, and what nobody waits for any more", async () => {
  const late = withinTime(new AbortController().signal, hang);
  const told = expect(late).rejects.toMatchObject({ code: "provider_timeout" });
  clock.advance(20_000);
  await told;
  const caller = new AbortController();
  const left = withinTime(caller.signal, hang);
  caller.abort(new Error("gone"));
  await expect(left).rejects.toThrow("gone");
  expect(await withinTime(new AbortController().signal, async () => "in time")).toBe("in time");
});
