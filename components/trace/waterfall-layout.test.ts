import { describe, expect, it } from "vitest";
import { axisTicks, hideFolded, parentsIn, placeBar } from "./waterfall-layout.tsx";

const rows = [
  { id: "root", depth: 0 },
  { id: "model 1", depth: 1 },
  { id: "tool", depth: 1 },
  { id: "search", depth: 2 },
  { id: "embed", depth: 3 },
  { id: "model 2", depth: 1 },
];

it("hides everything below a folded row and nothing else", () =>
  expect(hideFolded(rows, new Set(["tool"])).map((row) => row.id)).toEqual(["root", "model 1", "tool", "model 2"]));

it("knows the rows that have children", () => expect([...parentsIn(rows)]).toEqual(["root", "tool", "search"]));

describe("axisTicks", () => {
  it.each([
    [100, [0, 20, 40, 60, 80, 100]],
    [1234, [0, 500, 1000]],
    [0, [0]],
  ])("of %d ms", (total, ticks) => expect(axisTicks(total)).toEqual(ticks));
});

describe("placeBar", () => {
  it.each([
    [
      { offsetMs: 0, durationMs: 100 },
      { left: 0, width: 100, label: "inside" },
    ],
    [
      { offsetMs: 10, durationMs: 2 },
      { left: 10, width: 2, label: "after" },
    ],
    [
      { offsetMs: 95, durationMs: 5 },
      { left: 95, width: 5, label: "before" },
    ],
    [
      { offsetMs: 99, durationMs: 50 },
      { left: 99, width: 1, label: "before" },
    ],
  ])("of %o", (span, place) => expect(placeBar(span, 100)).toEqual(place));
});
