import { expect, it } from "vitest";
import { ruleOf, storedRule } from "./approval-rule.tsx";

it.each([
  ["always", "always"],
  ["never", "never"],
  [{ never: { read_only: true } }, "changes"],
  [{ never: { tool_names: ["look"] } }, "chosen"],
  [{ always: { tool_names: ["order"] } }, "other"],
  [{ never: { read_only: true, tool_names: ["look"] } }, "other"],
] as const)("shows %j as %s, and stores the same again", (stored, mode) => {
  const given = structuredClone(stored) as Parameters<typeof ruleOf>[0];
  const rule = ruleOf(given);
  expect(rule.mode).toBe(mode);
  expect(storedRule(rule, given)).toEqual(stored);
});
