import { expect, test } from "vitest";
import type { StoredSpan } from "#server/db/traces";
import { toSpanTree } from "#server/services/traces/span-tree";

function spanOf(id: string, parentId: string | null, times: [offsetMs: number, durationMs: number]): StoredSpan {
  const [offsetMs, durationMs] = times;
  return {
    id,
    parentId,
    name: id,
    kind: "tool",
    status: "ok",
    errorCode: null,
    errorMessage: null,
    startedAt: new Date(0),
    offsetMs,
    durationMs,
    firstTokenMs: null,
    attributes: {},
    hasContent: false,
  };
}

test("the critical path goes through what ended last, into its children", () => {
  const tree = toSpanTree([
    spanOf("root", null, [0, 100]),
    spanOf("turn 1", "root", [0, 40]),
    spanOf("fast tool", "root", [40, 5]),
    spanOf("slow tool", "root", [40, 30]),
    spanOf("search", "slow tool", [45, 20]),
    spanOf("turn 2", "root", [70, 30]),
  ]);
  expect(tree.map((span) => [span.name, span.depth])).toEqual([
    ["root", 0],
    ["turn 1", 1],
    ["fast tool", 1],
    ["slow tool", 1],
    ["search", 2],
    ["turn 2", 1],
  ]);
  expect(tree.filter((span) => !span.critical).map((span) => span.name)).toEqual(["fast tool"]);
});

test("spans without a known parent hang under the root, and a loop is shown once", () => {
  const tree = toSpanTree([spanOf("root", null, [0, 10]), spanOf("a", "gone", [1, 2]), spanOf("b", "b", [2, 1])]);
  expect(tree.map((span) => [span.name, span.depth])).toEqual([
    ["root", 0],
    ["a", 1],
    ["b", 1],
  ]);
  expect(toSpanTree([])).toEqual([]);
});
