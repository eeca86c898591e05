import { expect, it } from "vitest";
import { codeFor } from "#server/providers/builtin/code-call";

it.each([
  ["Run this:\n```python\nx = 1\nprint(x)\n```\nplease", "x = 1\nprint(x)\n"],
  ["```\nprint(2)\n```", "print(2)\n"],
  ["What is 12 * (3 + 4)?", "12 * (3 + 4)"],
  ["Compute 2 ** 10.", "2 ** 10"],
  ["Say hello", 'print("Hello from Python")'],
])("of %j it makes %j", (message, code) => {
  expect(codeFor(message)).toBe(code);
});
