import { describe, expect, it } from "vitest";
import { insertMarks, type MarkedTree, rehypeCitationMarks } from "./citation-marks.tsx";

describe("insertMarks", () => {
  it("puts each mark before the character it names, in the order of the citations at one place", () => {
    expect(insertMarks("One. Two.", [{ index: 9 }, { index: 4 }, { index: 4 }])).toBe(
      "One.\uE0001\uE001\uE0002\uE001 Two.\uE0000\uE001",
    );
  });
  it("clamps an index beyond the end", () => expect(insertMarks("ab", [{ index: 99 }])).toBe("ab\uE0000\uE001"));
  it("lets the text forge no mark", () => expect(insertMarks("a\uE0000\uE001", [])).toBe("a\uFFFD0\uFFFD"));
});

describe("rehypeCitationMarks", () => {
  it("splits text at marks, however deep", () => {
    const tree: MarkedTree = {
      children: [
        { type: "element", tagName: "p", properties: {}, children: [{ type: "text", value: "a\uE0000\uE001b" }] },
      ],
    };
    rehypeCitationMarks()(tree);
    expect(tree.children[0]).toMatchObject({
      children: [
        { type: "text", value: "a" },
        { type: "element", tagName: "cite", properties: { dataNumber: "0" } },
        { type: "text", value: "b" },
      ],
    });
  });
});
