import { expect, test } from "vitest";
import { hashedName, mcpModelName } from "#server/tools/mcp/model-name";

test("a tool's name is its server's label and its own", () => {
  expect(mcpModelName("shop", "order-cake")).toBe("shop__order-cake");
});

test("no two tools share a name, whatever they are called, and every vendor takes each", () => {
  const long = "x".repeat(80);
  const pairs = [
    ...[
      ["a", "b__c"],
      ["a__b", "c"],
      ["a_", "b"],
      ["a", "_b"],
      ["a", "b.c"],
      ["a", "b c"],
      ["a", "b_c"],
      ["a", "ü"],
    ],
    ...[
      ["a", `${long}1`],
      ["a", `${long}2`],
      [long.slice(0, 64), "t"],
      [long.slice(0, 64), "u"],
      ["a", "t"],
      ["b", "t"],
    ],
  ] as [string, string][];
  const names = pairs.map(([label, name]) => mcpModelName(label, name));
  expect(new Set(names).size).toBe(pairs.length);
  for (const name of [...names, hashedName("a", "t")]) expect(name).toMatch(/^[A-Za-z][\w-]{0,63}$/);
  expect(hashedName("a", "t")).not.toBe(mcpModelName("a", "t"));
});
