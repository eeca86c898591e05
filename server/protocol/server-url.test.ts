import { expect, it } from "vitest";
import { isHidden, withoutUrlSecrets } from "#server/protocol/server-url";

it.each([
  ["https://a.example/mcp", "https://a.example/mcp"],
  ["https://a.example/mcp?api_key=s3cret&mode=&x=a=b", "https://a.example/mcp?api_key=[redacted]&mode=&x=[redacted]"],
  ["https://a.example/mcp?s3cret", "https://a.example/mcp?[redacted]"],
  ["https://a.example/mcp?a=s3?b=s3", "https://a.example/mcp?a=[redacted]"],
  ["https://me:s3@cret@a.example/mcp", "https://[redacted]@a.example/mcp"],
  ["https://a.example/@s3#token=s3cret", "https://a.example/@s3#[redacted]"],
  ["no url?key=s3cret", "no url?key=[redacted]"],
  ["https://a.example/mcp?", "https://a.example/mcp?"],
])("shows %j as %j", (url, shown) => {
  expect(withoutUrlSecrets(url)).toBe(shown);
  expect(withoutUrlSecrets(shown)).toBe(shown);
  expect(isHidden(shown)).toBe(shown.includes("[redacted]"));
  expect(isHidden(url)).toBe(false);
});

it("knows a hidden address again in its usual spelling", () => {
  expect(isHidden(new URL("https://c.example/?d=[redacted]").href)).toBe(true);
  expect(isHidden(new URLSearchParams({ d: "[redacted]" }).toString())).toBe(true);
});
