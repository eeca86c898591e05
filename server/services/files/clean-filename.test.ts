import { expect, test } from "vitest";
import { cleanFilename, cleanRelativePath } from "#server/services/files/clean-filename";

test.each([
  ["guide/setup.md", "guide/setup.md"],
  ["guide\\setup.md", "guide/setup.md"],
  ["/etc/passwd", "etc/passwd"],
  ["../../a/./b.txt", "a/b.txt"],
  ["a\u0000\n/b.txt", "a/b.txt"],
  ["..", null],
  ["/", null],
])("of the path %j stays %j", (path, kept) => {
  expect(cleanRelativePath(path)).toBe(kept);
});

test("of a long path the inner folders stay", () => {
  const path = `${"outer/".repeat(60)}inner/file.txt`;
  const kept = cleanRelativePath(path) ?? "";
  expect(kept.length).toBeLessThanOrEqual(255);
  expect(kept).toMatch(/^outer\/.*\/inner\/file\.txt$/);
  expect(cleanRelativePath(`${"x".repeat(300)}.md`)).toHaveLength(255);
});

test("a name keeps only its last part", () => {
  expect(cleanFilename("guide/setup.md")).toBe("setup.md");
  expect(cleanFilename(undefined)).toBe("file");
});
