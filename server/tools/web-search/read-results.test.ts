import { expect, test } from "vitest";
import { readResults } from "#server/tools/web-search/read-results";

const A = { url: "https://a.example/", title: "A", text: "About a" };
const B = { url: "https://b.example/", title: "B", text: "About b" };

test.each([
  [
    "a list",
    JSON.stringify([
      { url: A.url, title: "A", content: "About a" },
      { link: B.url, name: "B", snippet: "About b" },
    ]),
  ],
  ["an object with a list", JSON.stringify({ query: "q", results: [A, B, { title: "without an address" }, 7] })],
  ["a nested list", JSON.stringify({ web: { results: [A, B] } })],
  [
    "an object on each line",
    [A, B].map(({ url, title, text }) => JSON.stringify({ url, title, description: text })).join("\n"),
  ],
  [
    "blocks",
    "Detailed Results:\n\nTitle: A\nURL: https://a.example/\nAbout a\n\nTitle: B\nURL: https://b.example/\nAbout b\n",
  ],
  [
    "blocks of Markdown",
    "- **Title:** A\n  **URL:** https://a.example/\n  About a\n- **Title:** B\n  **URL:** https://b.example/\n  About b",
  ],
])("reads %s", (_form, text) => {
  expect(readResults(text)).toEqual([A, B]);
});

test("tells nothing found from what cannot be read", () => {
  expect(readResults('{"results":[]}')).toEqual([]);
  expect(readResults("Sorry, no idea.")).toBeNull();
  expect(readResults('"text"')).toBeNull();
  expect(readResults("Title: A\nURL: javascript:alert(1)")).toBeNull();
});
