import { expect, test } from "vitest";
import {
  attributesOf,
  draftsOf,
  problemOfDraft,
} from "#app/(dashboard)/vector-stores/[id]/_components/attribute-drafts";

test("attributes become drafts and drafts attributes, each value of its own type", () => {
  const attributes = { author: "Ada", year: 1843, ratio: -0.5, public: false, number: "12" };
  expect(attributesOf(draftsOf(attributes))).toEqual(attributes);
});

test.each([
  [{ name: "", type: "string", text: "x" }, /name/],
  [{ name: "x".repeat(65), type: "string", text: "x" }, /64/],
  [{ name: "a", type: "string", text: "x".repeat(513) }, /512/],
  [{ name: "a", type: "number", text: "" }, /number/],
  [{ name: "a", type: "number", text: "12a" }, /number/],
  [{ name: "a", type: "number", text: "Infinity" }, /number/],
] as const)("the draft %j is refused", (draft, reason) => {
  expect(problemOfDraft({ key: "1", ...draft }, [])).toMatch(reason);
});

test("a name that stands twice is refused, an attribute that is right is not", () => {
  const draft = { key: "1", name: "year", type: "number" as const, text: "2026" };
  expect(problemOfDraft(draft, [draft, { ...draft, key: "2" }])).toMatch(/twice/);
  expect(problemOfDraft(draft, [draft])).toBeNull();
});
