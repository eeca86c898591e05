import { expect, test } from "vitest";
import { partAt, partStarts } from "#server/services/vector-stores/file-parts";

test("the parts of a document without pages are whole lines and leave nothing out", () => {
  const text = Array.from({ length: 3000 }, (_, at) => `Line ${at} says something.`).join("\n");
  const document = { text, pages: [] };
  const starts = partStarts(document);
  expect(starts.length).toBeGreaterThan(2);
  const parts = starts.map((start) => partAt(document, start));
  expect(parts.map(({ start }) => start)).toEqual(starts);
  expect(parts.map(({ start, end }) => text.slice(start, end)).join("")).toBe(text);
  for (const { start } of parts.slice(1)) expect(text[start - 1]).toBe("\n");
});

test("every place is in the part that is said to hold it", () => {
  const text = `${"x".repeat(19_990)}\n${"y".repeat(500)}\n${"z".repeat(30_000)}`;
  for (let at = 0; at < text.length; at += 97) {
    const { start, end } = partAt({ text, pages: [] }, at);
    expect({ at, within: start <= at && at < end }).toEqual({ at, within: true });
  }
});

test("a document with pages is shown by them; an empty one and a place beyond the end have a part, too", () => {
  const pages = [
    { page: 1, start: 0, end: 4 },
    { page: 2, start: 5, end: 9 },
  ];
  expect(partAt({ text: "one.\ntwo.", pages }, 6)).toEqual({ index: 1, count: 2, page: 2, start: 5, end: 9 });
  expect(partAt({ text: "one.\ntwo.", pages }, 99)).toMatchObject({ page: 2 });
  expect(partAt({ text: "", pages: [] }, 0)).toEqual({ index: 0, count: 1, page: null, start: 0, end: 0 });
  expect(partAt({ text: "one", pages: [] }, 99)).toMatchObject({ start: 0, end: 3 });
});
