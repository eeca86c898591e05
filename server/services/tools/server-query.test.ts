import { expect, it } from "vitest";
import { splitQuery, withQuery } from "#server/services/tools/server-query";

it.each([
  ["https://a.example/mcp", "https://a.example/mcp", {}],
  ["https://a.example/mcp?key=s%203&mode=", "https://a.example/mcp", { key: "s 3", mode: "" }],
  ["stdio:files?x", "stdio:files?x", {}],
  ["no url?key=s", "no url?key=s", {}],
])("takes the values out of %j", (address, url, query) => {
  expect(splitQuery(address)).toEqual({ url, query });
});

it("puts them back", () => {
  const { url, query } = splitQuery("https://a.example/mcp?key=s%203&mode=x");
  expect(withQuery(url, query)).toBe("https://a.example/mcp?key=s+3&mode=x");
  expect(withQuery("stdio:files", {})).toBe("stdio:files");
});

it.each([
  ["https://a.example/mcp?s3cret", "name=value"],
  ["https://a.example/mcp?a=1&a=2", "each name once"],
  ["https://a.example/mcp?key=[redacted]", "Write the query's values out"],
])("refuses %j", (address, message) => {
  expect(() => splitQuery(address)).toThrow(message);
});
