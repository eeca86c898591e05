import { describe, expect, it } from "vitest";
import { draftOf, groupTargets, moveTarget, newDraft, sharesOf, targetsOf } from "./targets";

const target = (model: string, priority: number, weight: number) => ({ model, priority, weight });
const TARGETS = [target("a", 1, 70), target("b", 1, 30), target("c", 2, 1)];

describe("a draft of targets", () => {
  it("says what it was made from", () => {
    expect(targetsOf(draftOf(TARGETS))).toEqual(TARGETS);
  });

  it("starts with one empty line", () => {
    expect(targetsOf(newDraft())).toEqual([target("", 1, 1)]);
  });

  it("changes the places of two lines, and leaves the places as they are", () => {
    const rows = draftOf(TARGETS);
    const named = (moved: typeof rows) => targetsOf(moved).map(({ model, priority }) => model + priority);
    expect(named(moveTarget(rows, 2, -1))).toEqual(["a1", "c1", "b2"]);
    expect(named(moveTarget(rows, 0, 1))).toEqual(["b1", "a1", "c2"]);
    expect(targetsOf(moveTarget(rows, 0, 1)).map(({ weight }) => weight)).toEqual([30, 70, 1]);
    expect(moveTarget(rows, 0, -1)).toEqual(rows);
    expect(moveTarget(rows, 2, 1)).toEqual(rows);
  });

  it("takes a weight that is no number for 1", () => {
    const [row] = draftOf([target("a", 1, 5)]);
    expect(row && targetsOf([{ ...row, weight: " " }])).toEqual([target("a", 1, 1)]);
  });
});

describe("shares", () => {
  it("are those of one priority, null for whoever stands alone", () => {
    expect(sharesOf(TARGETS)).toEqual([0.7, 0.3, null]);
  });

  it("are equal where nobody has any weight", () => {
    expect(sharesOf([target("a", 1, 0), target("b", 1, 0)])).toEqual([0.5, 0.5]);
  });

  it("are grouped as they are asked", () => {
    expect(groupTargets(TARGETS).map((group) => group.map(({ model }) => model))).toEqual([["a", "b"], ["c"]]);
  });
});
