import { describe, expect, it } from "vitest";
import { axisTicks, hideFolded, layOutWaterfall, type WaterfallSpan } from "./waterfall-layout.tsx";

function span(id: string, parentId: string | null, [offsetMs, durationMs]: [number, number]): WaterfallSpan {
  return { id, parentId, name: id, kind: "model", status: "ok", offsetMs, durationMs, firstTokenMs: null };
}

const spans = [
  span("persist", "root", [95, 5]),
  span("root", null, [0, 100]),
  span("search", "tool", [41, 8]),
  span("model 1", "root", [2, 38]),
  span("tool", "root", [40, 10]),
  span("slow aside", "root", [40, 30]),
  span("model 2", "root", [70, 25]),
];

describe("layOutWaterfall", () => {
  const rows = layOutWaterfall(spans);
  it("orders parents before children and siblings by start", () =>
    expect(rows.map((row) => `${row.depth} ${row.span.id}`)).toEqual([
      "0 root",
      "1 model 1",
      "1 slow aside",
      "1 tool",
      "2 search",
      "1 model 2",
      "1 persist",
    ]));
  it("marks the chain that decides the total, not what ran beside it", () =>
    expect(rows.filter((row) => row.critical).map((row) => row.span.id)).toEqual([
      "root",
      "model 1",
      "slow aside",
      "model 2",
      "persist",
    ]));
  it("keeps a span whose parent is not there", () =>
    expect(layOutWaterfall([span("a", "gone", [0, 1])]).map((row) => row.depth)).toEqual([0]));
});

it("hides everything below a folded span and nothing else", () => {
  const rows = hideFolded(layOutWaterfall(spans), new Set(["tool"]));
  expect(rows.map((row) => row.span.id)).not.toContain("search");
  expect(rows).toHaveLength(6);
});

describe("axisTicks", () => {
  it.each([
    [100, [0, 20, 40, 60, 80, 100]],
    [1234, [0, 500, 1000]],
    [0, [0]],
  ])("of %d ms", (total, ticks) => expect(axisTicks(total)).toEqual(ticks));
});
