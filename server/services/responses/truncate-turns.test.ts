import fc from "fast-check";
import { expect, test } from "vitest";
import type { Item } from "#server/protocol/items";
import { truncateTurns } from "#server/services/responses/truncate-turns";
import { callItem, idsOf, messageItem, outputItem, reasoningItem } from "#tests/support/items";

const user = (id: string) => messageItem(id, "user");
const said = (id: string) => messageItem(id, "assistant");

function left(items: Item[], excess: number, pinned: string[] = []): string[] {
  const tokens = items.map(() => 10);
  return idsOf(truncateTurns({ items, tokens, pinned: new Set(pinned), excess }).items);
}

test("the oldest turns go, whole, until enough is gone", () => {
  const items = [user("q1"), said("a1"), user("q2"), said("a2"), user("q3")];
  expect(left(items, 0)).toEqual(["q1", "a1", "q2", "a2", "q3"]);
  expect(left(items, 1)).toEqual(["q2", "a2", "q3"]);
  expect(left(items, 21)).toEqual(["q3"]);
});

test("the last turn stays, however long it is, with all its calls", () => {
  const items = [user("q1"), said("a1"), user("q2"), reasoningItem("rs"), callItem("1"), outputItem("1")];
  expect(left(items, 1000)).toEqual(["q2", "rs", "fc_1", "fco_1"]);
});

test("instructions and pinned items stay", () => {
  const items = [messageItem("rules", "developer"), user("cmp_1"), user("q1"), said("a1"), user("q2")];
  expect(left(items, 1000, ["cmp_1"])).toEqual(["rules", "cmp_1", "q2"]);
});

test("a call that is answered turns later keeps its turn for as long as its answer", () => {
  const items = [user("q0"), said("a0"), user("q1"), callItem("1"), user("q2"), outputItem("1")];
  expect(left(items, 1000)).toEqual(["q1", "fc_1", "q2", "fco_1"]);
});

test("several messages of the user in a row are one turn", () => {
  expect(left([user("q1"), said("a1"), user("q2"), user("q3"), said("a3")], 1000)).toEqual(["q2", "q3", "a3"]);
});

/** Conversations of any shape in which every result follows its call and reasoning comes before a message or a call. */
const conversation = fc.array(fc.constantFrom("user", "assistant", "system", "call", "answer", "think"), {
  maxLength: 30,
});

function build(kinds: string[]): Item[] {
  const items: Item[] = [];
  const open: string[] = [];
  for (const [index, kind] of kinds.entries()) {
    const id = String(index);
    if (kind === "call") {
      items.push(callItem(id));
      open.push(id);
    } else if (kind === "answer") {
      const callId = open.shift();
      if (callId !== undefined) items.push(outputItem(callId));
    } else if (kind === "think") items.push(reasoningItem(`rs_${id}`), said(`after_rs_${id}`));
    else items.push(messageItem(id, kind === "user" ? "user" : kind === "system" ? "system" : "assistant"));
  }
  for (const callId of open) items.push(outputItem(callId));
  return items;
}

test("whatever is dropped, order, pairs, instructions and the last question survive", () => {
  fc.assert(
    fc.property(conversation, fc.nat(400), (kinds, excess) => {
      const items = build(kinds);
      const kept = left(items, excess);
      const all = idsOf(items);
      expect(kept).toEqual(all.filter((id) => kept.includes(id)));
      for (const id of all) {
        if (id.startsWith("fc_")) expect(kept.includes(id)).toBe(kept.includes(id.replace("fc_", "fco_")));
        if (id.startsWith("rs_")) expect(kept.includes(id)).toBe(kept.includes(`after_${id}`));
      }
      const lastUser = items.findLast((item) => item.type === "message" && item.role === "user");
      if (lastUser) expect(kept).toContain(lastUser.id);
      for (const item of items) if (item.type === "message" && item.role === "system") expect(kept).toContain(item.id);
    }),
    { seed: 7, numRuns: 300 },
  );
});
