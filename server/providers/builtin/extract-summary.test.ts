import { expect, test } from "vitest";
import { createBuiltinProvider } from "#server/providers/builtin/builtin";
import { extractSummary } from "#server/providers/builtin/extract-summary";
import { collectEvents, modelRequest, testConnection, textIn, userMessage } from "#tests/support/model-request";

test("takes the beginning of each paragraph, word for word", () => {
  const long = `${"A sentence that goes on for a while. ".repeat(10)}End.`;
  expect(extractSummary(`User: My name is Ada.\n\nStill me.\n\nAssistant: ${long}`)).toBe(
    `User: My name is Ada. Still me.\nAssistant: ${"A sentence that goes on for a while. ".repeat(6).trim()}`,
  );
});

test("of too many paragraphs keeps the first and the newest", () => {
  const transcript = Array.from({ length: 200 }, (_, index) => `User: ${index} ${"word ".repeat(20)}`).join("\n\n");
  const summary = extractSummary(transcript);
  expect(summary.length).toBeLessThan(4_200);
  expect(summary).toMatch(/^User: 0 .*\n…\nUser: /);
  expect(summary).toContain("User: 199 ");
  expect(summary).not.toContain("User: 1 ");
});

test.each(["demo", "echo"])("builtin/%s summarises when that is its task", async (id) => {
  const model = createBuiltinProvider(testConnection({ kind: "builtin" })).languageModel(id);
  const input = [userMessage("User: I like tea.\n\nAssistant: Noted.")];
  expect(textIn(await collectEvents(model, modelRequest({ task: "summary", input })))).toBe(
    "User: I like tea.\nAssistant: Noted.",
  );
});
