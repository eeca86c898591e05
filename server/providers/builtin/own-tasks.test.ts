import { describe, expect, it } from "vitest";
import { answerTask } from "#server/providers/builtin/own-tasks";
import { splitClauses } from "#server/providers/builtin/split-clauses";
import { readRanking, writeRanking } from "#server/retrieval/search/listwise-ranking";
import { readQueries } from "#server/retrieval/search/query-rewriting";
import { modelRequest, userMessage } from "#tests/support/model-request";

describe("splitClauses", () => {
  it.each([
    ["Who walked first on the moon?", ["Who walked first on the moon?"]],
    ["Who walked on the moon, and how do bees dance?", ["Who walked on the moon", "how do bees dance?"]],
    ["Salt and pepper", ["Salt and pepper"]],
    ["What is A? What is B; what is C", ["What is A?", "What is B", "what is C"]],
    ["One? Two? Three? Four? Five?", ["One?", "Two?", "Three?", "Four? Five?"]],
    ["Pay 3.5 % of e.g. rent", ["Pay 3.5 % of e.g. rent"]],
    [" ?! ", []],
  ])("splits %j", (message, clauses) => {
    expect(splitClauses(message)).toEqual(clauses);
  });
});

describe("the built-in models' own tasks", () => {
  it("make queries of a question's clauses", () => {
    const request = modelRequest({ task: "search_queries", input: [userMessage("Who are you and where is Paris?")] });
    expect(readQueries(answerTask(request) ?? "")).toEqual(["Who are you", "where is Paris?"]);
  });

  it("rank passages by the question's words", () => {
    const text = writeRanking("How do bees dance?", ["Bread rises.", "Bees dance to tell.", "Bees make honey."]);
    const request = modelRequest({ task: "rank", input: [userMessage(text)] });
    expect(readRanking(answerTask(request) ?? "", 3)).toEqual([0, 1, 0.5]);
  });

  it("are none for a response", () => {
    expect(answerTask(modelRequest())).toBeNull();
  });
});
