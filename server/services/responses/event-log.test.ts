import { afterEach, beforeEach, expect, it } from "vitest";
import { setClock } from "#server/clock";
import { parseConfig, setConfig } from "#server/config";
import type { EventRow } from "#server/db/response-events";
import type { ResponseStreamEvent } from "#server/protocol/events";
import { EventLog } from "#server/services/responses/event-log";
import { type FakeClock, installFakeClock } from "#tests/support/fake-clock";

let clock: FakeClock;
let written: number[][];

beforeEach(() => {
  setConfig(parseConfig({ NODE_ENV: "test" }));
  clock = installFakeClock();
  written = [];
});
afterEach(() => setClock());

function events(from: number, count: number): ResponseStreamEvent[] {
  return Array.from({ length: count }, (_, index) => ({
    type: "response.output_text.delta",
    item_id: "msg_1",
    output_index: 0,
    content_index: 0,
    delta: "x",
    logprobs: [],
    sequence_number: from + index,
  }));
}

const write = async (rows: EventRow[]) => void written.push(rows.map((row) => row.seq));
const settled = () => new Promise((resolve) => setImmediate(resolve));

it("writes 50 ms after the first event of a batch", async () => {
  const log = new EventLog("resp_1", write);
  await log.add(events(0, 2));
  clock.advance(49);
  await log.add(events(2, 1));
  await settled();
  expect(written).toEqual([]);
  clock.advance(1);
  await settled();
  expect(written).toEqual([[0, 1, 2]]);
  clock.advance(1_000);
  await settled();
  expect(written).toHaveLength(1);
});

it("writes at once when 64 events wait, never more in one statement, and in order", async () => {
  const log = new EventLog("resp_1", write);
  await log.add(events(0, 63));
  expect(written).toEqual([]);
  await log.add(events(63, 100));
  expect(written.map((batch) => batch.length)).toEqual([64, 64, 35]);
  expect(written.flat()).toEqual(Array.from({ length: 163 }, (_, index) => index));
});

it("writes one batch after the other, however long one takes", async () => {
  const gate = Promise.withResolvers<void>();
  const log = new EventLog("resp_1", async (rows) => {
    if (rows[0]?.seq === 0) await gate.promise;
    await write(rows);
  });
  await log.add(events(0, 1));
  clock.advance(50);
  await settled();
  await log.add(events(1, 1));
  clock.advance(50);
  await settled();
  expect(written).toEqual([]);
  gate.resolve();
  await log.flush();
  expect(written).toEqual([[0], [1]]);
});

it("hands what waits to whoever writes the end", async () => {
  const log = new EventLog("resp_1", write);
  await log.add(events(0, 3));
  expect((await log.drain()).map((row) => row.seq)).toEqual([0, 1, 2]);
  clock.advance(1_000);
  await settled();
  expect(written).toEqual([]);
});

it("throws what writing threw, then and ever after", async () => {
  const log = new EventLog("resp_1", () => Promise.reject(new Error("disk")));
  await log.add(events(0, 1));
  clock.advance(50);
  await settled();
  await expect(log.add(events(1, 1))).rejects.toThrow("disk");
  await expect(log.flush()).rejects.toThrow("disk");
  await expect(log.drain()).rejects.toThrow("disk");
});
