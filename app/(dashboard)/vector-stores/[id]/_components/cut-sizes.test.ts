import { expect, test } from "vitest";
import { problemsOfCut, strategyOf } from "#app/(dashboard)/vector-stores/[id]/_components/cut-sizes";
import { ChunkingStrategy } from "#server/protocol/vector-stores";

test.each([
  ["100", "50"],
  ["4096", "2048"],
  ["101", "50"],
  [" 800 ", "0"],
])("sizes of %j with %j shared are taken, as the API takes them", (size, overlap) => {
  const draft = { type: "static", size, overlap } as const;
  expect(problemsOfCut(draft)).toEqual({ size: null, overlap: null });
  expect(ChunkingStrategy.safeParse(strategyOf(draft)).success).toBe(true);
});

test.each([
  ["99", "0", "size"],
  ["4097", "0", "size"],
  ["", "0", "size"],
  ["1e3", "0", "size"],
  ["200.5", "0", "size"],
  ["101", "51", "overlap"],
  ["800", "-1", "overlap"],
  ["800", "", "overlap"],
] as const)("sizes of %j with %j shared are a problem of the %s", (size, overlap, field) => {
  const problems = problemsOfCut({ type: "static", size, overlap });
  expect(problems[field]).toMatch(/^A whole number from /);
});

test("the automatic cut has no sizes to be wrong", () => {
  const draft = { type: "auto", size: "no", overlap: "" } as const;
  expect(problemsOfCut(draft)).toEqual({ size: null, overlap: null });
  expect(strategyOf(draft)).toEqual({ type: "auto" });
});
