import { afterEach, expect, test } from "vitest";
import { setClock } from "#server/clock";
import { hexFloorOf, newId, newTraceId, timeOrderedHex } from "#server/ids";
import { installFakeClock } from "#tests/support/fake-clock";

afterEach(() => setClock());

test("ids are UUIDv7, differ, and sort by when they were made, also within a millisecond", () => {
  const clock = installFakeClock(Date.UTC(2030, 0, 1));
  const ids: string[] = [];
  for (let round = 0; round < 5; round += 1) {
    for (let index = 0; index < 2_000; index += 1) ids.push(timeOrderedHex());
    clock.advance(1);
  }
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{12}7[0-9a-f]{3}[89ab][0-9a-f]{15}$/);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.toSorted()).toEqual(ids);
});

test("an id begins with its time, and the floor of that time is below it", () => {
  const clock = installFakeClock(Date.UTC(2031, 5, 1));
  const id = newTraceId();
  expect(Number.parseInt(id.slice(0, 12), 16)).toBe(clock.now());
  expect(hexFloorOf(clock.now()) <= id && id < hexFloorOf(clock.now() + 1)).toBe(true);
});

test("a clock that stumbles back keeps the order, one that is set back is believed", () => {
  const clock = installFakeClock(Date.UTC(2032, 0, 1));
  const first = timeOrderedHex();
  clock.advance(-5_000);
  const second = timeOrderedHex();
  expect(second > first).toBe(true);
  clock.advance(-60_000);
  expect(timeOrderedHex() < first).toBe(true);
});

test("public ids carry their prefix", () => {
  expect(newId("response")).toMatch(/^resp_[0-9a-f]{32}$/);
});
