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

  it("moves a line, and the first one never stands beside another", () => {
    const rows = draftOf(TARGETS);
    expect(targetsOf(moveTarget(rows, 2, -1)).map(({ model, priority }) => model + priority)).toEqual([
      "a1",
      "c2",
      "b2",
    ]);
    expect(targetsOf(moveTarget(rows, 1, -1)).map(({ model, priority }) => model + priority)).toEqual([
      "b1",
      "a2",
      "c3",
    ]);
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
