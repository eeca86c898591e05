import { expect, it } from "vitest";
import { nameOfPage } from "#server/services/url-imports/name-of-page";

it.each([
  ["https://a.example/", "text/html", "a.example.html"],
  ["https://a.example/guide/setup/", "text/html", "a.example/guide/setup.html"],
  ["https://a.example/report.pdf", "application/pdf", "a.example/report.pdf"],
  ["https://a.example/v1.2", "text/html", "a.example/v1.2.html"],
  ["https://a.example/gr%C3%BC%C3%9Fe", "text/html", "a.example/grüße.html"],
  ["https://a.example/%E0%A4%A", "text/plain", "a.example/%E0%A4%A.txt"],
  ["https://a.example/page.php?id=a/b", "text/html", "a.example/page.php?id=a b.html"],
  ["https://a.example/file", "application/x-unknown", "a.example/file"],
  ["https://a.example/a/..%2F..%2Fetc%00%2Fhosts.txt", "text/plain", "a.example/a/etc/hosts.txt"],
])("%s as %s", (url, mediaType, name) => {
  expect(nameOfPage(url, mediaType)).toBe(name);
});

it("is never longer than a file's name may be, and keeps its ending", () => {
  const name = nameOfPage(`https://a.example/${"x".repeat(400)}`, "text/html");
  expect(name).toHaveLength(255);
  expect(name).toMatch(/x\.html$/);
});
