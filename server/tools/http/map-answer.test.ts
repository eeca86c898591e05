import { expect, it } from "vitest";
import { mapAnswer, mappingFault } from "#server/tools/http/map-answer";

const ANSWER = JSON.stringify({
  items: [
    { name: "a", price: 2 },
    { name: "b", price: 1 },
  ],
  note: "fine",
});

it.each([
  [null, ANSWER],
  ["note", "fine"],
  ["items[].name", '["a","b"]'],
  ["sort_by(items, &price)[0].name", "b"],
  ["{count: length(items)}", '{"count":2}'],
  ["nothing.here", "null"],
])("takes %j from an answer", (expression, text) => {
  expect(mapAnswer(expression, ANSWER)).toEqual({ ok: true, text });
});

it("says why there is nothing to take", () => {
  expect(mapAnswer("note", "<html>")).toMatchObject({ ok: false, message: expect.stringContaining("not JSON") });
  expect(mapAnswer("sort_by(note, &a)", ANSWER)).toMatchObject({ ok: false });
});

it("knows what is no expression", () => {
  expect(mappingFault("items[")).toMatch(/Syntax/);
  expect(mappingFault("items[].name")).toBeNull();
});
