import { describe, expect, it } from "vitest";
import { jsonInText } from "#server/retrieval/search/json-in-text";
import { readRanking, writeRanking } from "#server/retrieval/search/listwise-ranking";
import { readQueries } from "#server/retrieval/search/query-rewriting";

describe("jsonInText", () => {
  it.each([
    ['{"a": 1}', { a: 1 }],
    ['Sure!\n```json\n{"a": [1, {"b": "}"}]}\n```\nDone.', { a: [1, { b: "}" }] }],
    ['<think>{"a": 0}</think>{"a": 1}', { a: 1 }],
    ['As [described] above: {"a": "\\"]"}', { a: '"]' }],
    ["no JSON here", undefined],
    ['{"a": 1', undefined],
  ])("reads %j", (text, expected) => {
    expect(jsonInText(text)).toEqual(expected);
  });

  it("gives up on endless brackets", () => {
    expect(jsonInText("[".repeat(100_000))).toBeUndefined();
  });
});

describe("readQueries", () => {
  it.each([
    ['{"queries": ["moon landing", " bread\\n dough ", "moon landing", ""]}', ["moon landing", "bread dough"]],
    ['["a", "b", "c", "d", "e"]', ["a", "b", "c", "d"]],
    ['{"queries": "moon"}', []],
    ["moon landing", []],
  ])("reads %j", (text, expected) => {
    expect(readQueries(text)).toEqual(expected);
  });
});

describe("readRanking", () => {
  it.each([
    ["scores", '{"ranking": [{"passage": 2, "score": 0.9}, {"passage": 1, "score": 0.25}]}', [0.25, 0.9, 0]],
    ["scores out of ten", '{"ranking": [{"passage": "3", "score": "8"}, {"passage": 1, "score": 2}]}', [0.2, 0, 0.8]],
    ["places", "[2, 3, 1]", [1 / 3, 1, 2 / 3]],
    ["an order in prose", "[3] > [1] > [2]", [2 / 3, 1 / 3, 1]],
    ["one passage", '{"ranking": [{"passage": 2, "score": 1}]}', [0, 1, 0]],
    ["what it was not given", '{"ranking": [{"passage": 9, "score": 1}, {"passage": 1, "score": 0.5}]}', [0.5, 0, 0]],
  ])("reads %s", (_, text, expected) => {
    const scores = readRanking(text, 3) ?? [];
    expect(scores).toHaveLength(3);
    for (const [index, score] of scores.entries()) expect(score).toBeCloseTo(expected[index] ?? -1, 9);
  });

  it.each(["I cannot rank these.", "{}", '{"ranking": []}', '{"ranking": [{"passage": 9, "score": 1}]}'])(
    "finds none in %j",
    (text) => {
      expect(readRanking(text, 3)).toBeNull();
    },
  );
});

it("numbers the passages from 1 and cuts long ones", () => {
  const written = writeRanking("q", ["first", "x".repeat(5_000)]);
  expect(written.startsWith("Question: q\n\n[1] first\n\n[2] xxx")).toBe(true);
  expect(written.length).toBeLessThan(1_700);
});
