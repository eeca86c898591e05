import { expect, it } from "vitest";
import { Citables } from "#server/engine/builder/citables";

function linksIn(text: string, ...names: string[]) {
  const citables = new Citables();
  citables.addFiles(
    names.map((filename) => ({
      path: `/mnt/data/${filename}`,
      containerId: "cntr_1",
      fileId: `cfile_${filename}`,
      filename,
    })),
  );
  return citables.linksIn([text]).map((link) => [link.filename, text.slice(link.start_index, link.end_index)]);
}

it("finds the links to files that are there, each where it stands", () => {
  const text =
    "Here: [a](sandbox:/mnt/data/a.csv), again sandbox:/mnt/data/a.csv. And [c](sandbox:/mnt/data/sub/c.png)";
  expect(linksIn(text, "a.csv", "sub/c.png")).toEqual([
    ["a.csv", "sandbox:/mnt/data/a.csv"],
    ["a.csv", "sandbox:/mnt/data/a.csv"],
    ["sub/c.png", "sandbox:/mnt/data/sub/c.png"],
  ]);
  expect(linksIn(text)).toEqual([]);
});

it("takes the longest path that fits, and no part of another one", () => {
  expect(linksIn("(sandbox:/mnt/data/a.csv.gz)", "a.csv", "a.csv.gz").map(([name]) => name)).toEqual(["a.csv.gz"]);
  expect(linksIn("(sandbox:/mnt/data/a.csv.gz)", "a.csv")).toEqual([]);
  expect(linksIn("(sandbox:/mnt/data/a.csv/b)", "a.csv")).toEqual([]);
  expect(linksIn("(sandbox:/mnt/data/a.csvx) /mnt/data/a.csv", "a.csv")).toEqual([]);
});

it("reads names with spaces, as they are or escaped", () => {
  expect(linksIn("[x](sandbox:/mnt/data/my%20file.txt) sandbox:/mnt/data/my file.txt", "my file.txt")).toHaveLength(2);
});
