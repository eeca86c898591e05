import { expect, it } from "vitest";
import { nextSearchStep } from "#server/providers/builtin/search-steps";
import type { ModelInput } from "#server/providers/provider";

/** All steps of a search whose every step finds what `find` says. */
function steps(question: string, found: string, find: (step: object) => string): object[] {
  const say = (role: "user" | "assistant", text: string): ModelInput => ({
    type: "message",
    role,
    content: [{ type: "text", text }],
  });
  const input = [say("user", `Question: ${question}\n\n${found}`)];
  const taken: object[] = [];
  while (taken.length < 10) {
    const step = nextSearchStep(input);
    taken.push(step);
    if ("action" in step && step.action === "stop") break;
    input.push(say("assistant", JSON.stringify(step)), say("user", `${find(step)}\n\nSteps left: 3.`));
  }
  return taken;
}

const FOUND = '[1] bread.txt\nKnead the dough.\n\n[2] bees.pdf, page 2, attributes {"year":2020}\nHoney bees dance.';

it("searches each clause, reads around the best passage, and stops with those that fit", () => {
  expect(steps("How do bees dance, and how is dough kneaded?", FOUND, () => "Nothing new was found.")).toEqual([
    { action: "search", queries: ["How do bees dance"] },
    { action: "search", queries: ["how is dough kneaded?"] },
    { action: "read", passage: 1 },
    { action: "stop", reason: "The passages hold the words of the question.", passages: [1, 2] },
  ]);
});

it("narrows to the file that the question names", () => {
  expect(steps("What does bees.pdf say of the dance?", FOUND, () => "Nothing new was found.")[0]).toEqual({
    action: "search",
    queries: ["What does bees.pdf say of the dance?"],
    filter: { type: "eq", key: "filename", value: "bees.pdf" },
  });
});

it("stops where nothing is found", () => {
  expect(steps("Who?", "Nothing was found.", () => "")).toEqual([
    { action: "stop", reason: "No passage holds the words of the question.", passages: [] },
  ]);
});
