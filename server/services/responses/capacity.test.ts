import { afterEach, beforeEach, expect, it } from "vitest";
import { parseConfig, setConfig } from "#server/config";
import { currentLoad, enterRun, openMemoryShare, type RunSlot } from "#server/services/responses/capacity";

let slots: RunSlot[] = [];

function enter(): RunSlot {
  const slot = enterRun();
  slots.push(slot);
  return slot;
}

beforeEach(() => setConfig(parseConfig({ NODE_ENV: "test", MAX_CONCURRENT_RUNS: "2", MAX_QUEUED_BYTES: "100" })));
afterEach(() => {
  for (const slot of slots) slot.leave();
  slots = [];
  expect(currentLoad()).toEqual({ runs: 0, bytes: 0 });
});

it("refuses the run over the maximum and takes it when a place is free", () => {
  const first = enter();
  enter();
  expect(() => enterRun()).toThrow("busy");
  first.leave();
  first.leave();
  enter();
  expect(() => enterRun()).toThrow("busy");
});

it("refuses bytes over the maximum and forgets those of a run that left", () => {
  const first = enter();
  first.hold(80);
  const second = enter();
  expect(() => second.hold(30)).toThrow("busy");
  first.release(50);
  second.hold(30);
  expect(currentLoad()).toEqual({ runs: 2, bytes: 60 });
  first.leave();
  expect(currentLoad()).toEqual({ runs: 1, bytes: 30 });
});

it("counts the memory of other requests too, up to the same maximum", () => {
  const share = openMemoryShare();
  share.hold(70);
  const run = enter();
  expect(() => run.hold(40)).toThrow("busy");
  expect(() => share.hold(40)).toThrow("busy");
  share.leave();
  share.leave();
  share.add(50);
  run.hold(100);
  expect(currentLoad()).toEqual({ runs: 1, bytes: 100 });
});

it("counts bytes that wait already, also over the maximum, and then takes no new run", () => {
  const first = enter();
  first.add(200);
  expect(() => enterRun()).toThrow("busy");
  first.release(1000);
  expect(currentLoad().bytes).toBe(0);
  enter();
});
