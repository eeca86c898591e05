import { describe, expect, test } from "vitest";
import { cutOut, findIn } from "#server/tools/web-search/page-extract";

describe("cutOut", () => {
  const text = "one two three four five";

  test("cuts at white space and says how to read on", () => {
    expect(cutOut(text, { offset: 0, chars: 11 })).toEqual({
      text: "one two",
      remark: "Characters 0 to 7 of 23. To read on, open it again with offset 7.",
    });
    expect(cutOut(text, { offset: 7, chars: 100 })).toEqual({
      text: " three four five",
      remark: "Characters 7 to 23 of 23.",
    });
  });

  test("reads nothing behind the end, and splits no character", () => {
    expect(cutOut(text, { offset: 1_000, chars: 10 }).text).toBe("");
    expect(cutOut("ab🦊🦊", { offset: 0, chars: 3 }).text).toBe("ab");
  });
});

describe("findIn", () => {
  test("finds words in any case and over line breaks, with what stands around them", () => {
    expect(findIn("The Eiffel\nTower. An eiffel  tower?", "eiffel tower")).toEqual({
      text: "…The Eiffel Tower. An eiffel tower?… (at offset 4)\n…The Eiffel Tower. An eiffel tower?… (at offset 21)",
      remark: "Found 2 time(s).",
    });
    expect(findIn("nothing here", "tower")).toBeNull();
  });

  test("takes a pattern as words, and shows ten of many", () => {
    expect(findIn("a+b (c) [d]", "a+b (c) [d]")?.remark).toBe("Found 1 time(s).");
    expect(findIn("axb", "a.b")).toBeNull();
    const many = findIn("cat ".repeat(50), "cat");
    expect(many?.remark).toBe("Found 50 time(s), of which the first 10 are shown.");
    expect(many?.text.split("\n")).toHaveLength(10);
  });

  test("does not count a letter that a page holds a million times", () => {
    const most = findIn("a".repeat(1_000_000), "a");
    expect(most?.remark).toBe("Found more than 1000 time(s), of which the first 10 are shown.");
    expect(most?.text.split("\n")).toHaveLength(10);
  });
});
