import { expect, test } from "vitest";
import type { Item } from "#server/protocol/items";
import { type PlanInput, planCompaction } from "#server/services/compaction/plan-compaction";
import { callItem, idsOf, messageItem, outputItem, reasoningItem } from "#tests/support/items";

function plan(items: Item[], change: Partial<PlanInput> = {}) {
  const tokens = items.map(() => 10);
  const made = planCompaction({ items, tokens, summaryId: null, maxUserTokens: 1000, maxTailTokens: 100, ...change });
  const { before, after, summarised, userMessages, tokensGone } = made;
  return {
    before: idsOf(before),
    after: idsOf(after),
    summarised: idsOf(summarised),
    userMessages: idsOf(userMessages),
    tokensGone,
  };
}

const user = (id: string) => messageItem(id, "user");
const said = (id: string) => messageItem(id, "assistant");

test("a new question stays behind the summary; instructions and earlier questions stay before it", () => {
  expect(plan([messageItem("rules", "system"), user("q1"), said("a1"), user("q2"), said("a2"), user("q3")])).toEqual({
    before: ["rules", "q1", "q2"],
    after: ["q3"],
    summarised: ["q1", "a1", "q2", "a2"],
    userMessages: ["q1", "q2"],
    tokensGone: 20,
  });
});

test("only the newest earlier questions stay when they are too many", () => {
  const items = [user("q1"), said("a1"), user("q2"), said("a2"), user("q3")];
  expect(plan(items, { maxUserTokens: 15 })).toMatchObject({ before: ["q2"], tokensGone: 30 });
  expect(plan(items, { maxUserTokens: 5 })).toMatchObject({ before: [], tokensGone: 40 });
});

test("in a loop of calls the newest results stay with their calls and what led to them", () => {
  const items = [user("q"), callItem("1"), outputItem("1"), reasoningItem("rs"), callItem("2"), outputItem("2")];
  expect(plan(items)).toMatchObject({
    before: ["q"],
    after: ["rs", "fc_2", "fco_2"],
    summarised: ["q", "fc_1", "fco_1"],
    tokensGone: 20,
  });
});

test("no result stays without its call", () => {
  const items = [user("q"), callItem("1"), callItem("2"), outputItem("1"), said("wait"), outputItem("2")];
  expect(plan(items).after).toEqual(["fc_1", "fc_2", "fco_1", "wait", "fco_2"]);
});

test("results that are too long are summarised too; the question stays however long it is", () => {
  const items = [user("q"), callItem("1"), outputItem("1")];
  expect(plan(items, { maxTailTokens: 15, maxUserTokens: 5 })).toMatchObject({
    before: ["q"],
    after: [],
    summarised: ["q", "fc_1", "fco_1"],
    tokensGone: 20,
  });
});

test("an earlier summary is summarised again and is nobody's question", () => {
  const items = [messageItem("cmp_1", "user"), said("a1"), user("q2")];
  expect(plan(items, { summaryId: "cmp_1" })).toMatchObject({ before: [], after: ["q2"], summarised: ["cmp_1", "a1"] });
});

test("asked for the whole, everything is summarised and every question kept", () => {
  expect(plan([user("q1"), said("a1"), user("q2")], { maxTailTokens: null })).toMatchObject({
    before: ["q1", "q2"],
    after: [],
    summarised: ["q1", "a1", "q2"],
  });
});
