import { afterEach, beforeEach, expect, it } from "vitest";
import { parseConfig, setConfig } from "#server/config";
import type { Item } from "#server/protocol/items";
import { openConnectionMemory, resetConnectionMemory } from "#server/services/responses/connection-memory";

const LIMITS = { NODE_ENV: "test", WEBSOCKET_MAX_RESPONSES: "3", WEBSOCKET_MAX_STATE_BYTES: "1000" };

beforeEach(() => {
  setConfig(parseConfig(LIMITS));
  resetConnectionMemory();
});
afterEach(() => resetConnectionMemory());

function said(id: string, length = 10): Item {
  return {
    type: "message",
    id,
    role: "user",
    status: "completed",
    content: [{ type: "input_text", text: "x".repeat(length) }],
  };
}

it("recalls what it was told, and nothing of another connection", () => {
  const mine = openConnectionMemory();
  const other = openConnectionMemory();
  mine.remember("resp_1", [said("a")]);
  expect(mine.recall("resp_1")).toEqual([said("a")]);
  expect(other.recall("resp_1")).toBeNull();
  other.forget("resp_1");
  other.clear();
  expect(mine.recall("resp_1")).not.toBeNull();
});

it("forgets one, or all of them", () => {
  const memory = openConnectionMemory();
  for (const id of ["resp_1", "resp_2", "resp_3"]) memory.remember(id, [said(id)]);
  memory.forget("resp_1");
  expect(memory.recall("resp_1")).toBeNull();
  expect(memory.recall("resp_2")).not.toBeNull();
  memory.clear();
  expect(memory.recall("resp_2") ?? memory.recall("resp_3")).toBeNull();
});

it("keeps the newest of a connection", () => {
  const memory = openConnectionMemory();
  for (const id of ["resp_1", "resp_2", "resp_3", "resp_4"]) memory.remember(id, []);
  expect(memory.recall("resp_1")).toBeNull();
  expect(["resp_2", "resp_3", "resp_4"].map((id) => memory.recall(id))).toEqual([[], [], []]);
});

it("gives up what was used longest ago when all connections together hold too much", () => {
  const [first, second, third] = [openConnectionMemory(), openConnectionMemory(), openConnectionMemory()];
  first.remember("resp_1", [said("a", 300)]);
  second.remember("resp_2", [said("b", 300)]);
  expect(first.recall("resp_1")).not.toBeNull();
  third.remember("resp_3", [said("c", 300)]);
  expect(second.recall("resp_2")).toBeNull();
  expect(first.recall("resp_1")).not.toBeNull();
  expect(third.recall("resp_3")).not.toBeNull();
});

it("does not keep what is too large for all of it", () => {
  const memory = openConnectionMemory();
  memory.remember("resp_1", [said("a", 2000)]);
  expect(memory.recall("resp_1")).toBeNull();
});
