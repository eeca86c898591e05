import { describe, expect, it } from "vitest";
import type { ExpectedPassage } from "#server/protocol/retrieval-tests";
import { judgeHits } from "#server/retrieval/search/judge-hits";
import { mean, ndcgAt, recallAt, reciprocalRank } from "#server/retrieval/search/metrics";

describe("metrics, by hand", () => {
  it("counts what is found among the first places", () => {
    expect(recallAt(2, [0, 1, 1], 4)).toBe(0.25);
    expect(recallAt(3, [0, 1, 1], 4)).toBe(0.5);
    expect(recallAt(3, [], 0)).toBe(0);
  });

  it("takes one over the first relevant place", () => {
    expect(reciprocalRank([0, 0, 2, 1])).toBeCloseTo(1 / 3, 10);
    expect(reciprocalRank([0, 0])).toBe(0);
  });

  it("discounts by the logarithm of the place", () => {
    // (0/1 + 3/1.58496 + 2/2) / (3/1 + 2/1.58496) = 2.892789 / 4.261860
    expect(ndcgAt(10, [0, 3, 2], [2, 3])).toBeCloseTo(0.678762, 5);
    expect(ndcgAt(10, [3, 2], [2, 3])).toBe(1);
    expect(ndcgAt(1, [0, 3], [3])).toBe(0);
    expect(ndcgAt(10, [], [])).toBe(0);
  });

  it("takes the mean", () => {
    expect(mean([1, 0, 0.5])).toBe(0.5);
    expect(mean([])).toBe(0);
  });
});

const whole = (fileId: string, grade = 1): ExpectedPassage => ({
  ...{ fileId, filename: `${fileId}.txt`, grade },
  ...{ charStart: null, charEnd: null },
});
const span = (fileId: string, charStart: number, charEnd: number) => ({ ...whole(fileId), charStart, charEnd });
const hit = (fileId: string, charStart: number, charEnd: number) => ({ fileId, charStart, charEnd });

describe("judging hits", () => {
  it("gives a file one place where files are expected", () => {
    const hits = [hit("a", 0, 9), hit("a", 9, 20), hit("b", 0, 9)];
    expect(judgeHits(hits, [whole("b", 2)])).toEqual({ gains: [0, 2], missing: [] });
    expect(judgeHits(hits, [whole("c")])).toEqual({ gains: [0, 0], missing: [whole("c")] });
  });

  it("finds a span again after another cut, once", () => {
    const passage = span("a", 100, 200);
    expect(judgeHits([hit("a", 0, 150), hit("b", 0, 9)], [passage]).gains).toEqual([1, 0]);
    expect(judgeHits([hit("a", 110, 140), hit("a", 140, 190)], [passage]).gains).toEqual([1]);
    expect(judgeHits([hit("a", 0, 120), hit("a", 180, 400)], [passage])).toEqual({ gains: [0, 0], missing: [passage] });
  });
});
