import { describe, expect, it } from "vitest";
import { AppError } from "#server/errors";
import type { ModelInput } from "#server/providers/provider";
import type { SearchHit } from "#server/retrieval/search/search-hit";
import { type AgenticSearchOptions, createAgenticSearchTool } from "#server/tools/agentic-search/agentic-search";
import type { ToolContext } from "#server/tools/tool";

const TEXTS = ["Alpha says one.", "Beta says two.", "Gamma says three.", "Delta says four."];

function hit(number: number): SearchHit {
  return {
    ...{
      chunkId: String(number),
      vectorStoreId: "vs_1",
      fileId: "file-1",
      filename: "a.pdf",
      attributes: { year: 2020 },
    },
    ...{ text: TEXTS[number - 1] ?? "", charStart: 0, charEnd: 9, page: number, headingPath: "", tokenCount: 4 },
    ...{ score: 1 - number / 10, vectorScore: null, keywordScore: null, vectorPlace: null, keywordPlace: null },
  };
}

interface Played {
  output: string;
  record: Record<string, unknown>;
  /** What was shown, in order. */
  shown: unknown[];
  /** What the model was shown at each step. */
  inputs: ModelInput[][];
  searched: unknown[];
  tokens: number;
}

/** Runs a search whose model writes these texts in turn, and the last again and again. */
async function play(
  written: (string | object | AppError)[],
  change: Partial<AgenticSearchOptions> = {},
): Promise<Played> {
  const played: Played = { output: "", record: {}, shown: [], inputs: [], searched: [], tokens: 0 };
  const tool = createAgenticSearchTool({
    maxResults: 3,
    maxIterations: 5,
    maxTokens: 1_000,
    search: async (question) => {
      played.searched.push(question);
      return question.queries.includes("nothing") ? [] : [hit(1), hit(2)];
    },
    readAround: async () => [hit(2), hit(3)],
    decide: async (input) => {
      const next = written[Math.min(played.inputs.length, written.length - 1)];
      played.inputs.push([...input]);
      if (next instanceof AppError) throw next;
      const text = typeof next === "string" ? next : JSON.stringify(next);
      return { text, usage: { inputTokens: 90, outputTokens: 10, cachedTokens: 0, reasoningTokens: 0 } };
    },
    ...change,
  });
  let marker = 0;
  const context: ToolContext = {
    signal: new AbortController().signal,
    callId: "call_1",
    spanId: "00000000000000a1",
    stage: {
      search: (queries) => {
        played.shown.push(queries);
        return {
          done: (results) => void played.shown.push(results.length),
          failed: () => void played.shown.push("failed"),
        };
      },
      thought: (text) => void played.shown.push(text),
      usage: (usage) => {
        played.tokens += usage.inputTokens + usage.outputTokens;
      },
    },
    tell: () => undefined,
    nextMarker: () => `【${++marker}】`,
    record: (attributes) => Object.assign(played.record, attributes),
  };
  const result = await tool.run({ query: "what?" }, context);
  return { ...played, output: result.output };
}

const STOP = { action: "stop", reason: "Beta answers it.", passages: [2] };
const SEARCH = { action: "search", queries: ["more"], filter: { type: "eq", key: "year", value: 2020 } };
const textOf = (input: ModelInput[]) => JSON.stringify(input);

describe("agentic_search", () => {
  it("searches, narrows, reads around a passage, and stops with the passages that its model names", async () => {
    const { output, shown, searched, record, inputs, tokens } = await play([
      SEARCH,
      `Let me see:\n\`\`\`json\n${JSON.stringify({ action: "read", passage: 2 })}\n\`\`\``,
      { ...STOP, passages: [3, 2, 99] },
    ]);
    expect(searched).toEqual([
      { queries: ["what?"], filter: null },
      { queries: ["more"], filter: SEARCH.filter },
    ]);
    expect(shown).toEqual([
      ["what?"],
      2,
      ["more"],
      2,
      expect.stringMatching(/Beta answers it\. 2 searches, 1 look around\./),
    ]);
    expect(output).toMatch(/【1】 a\.pdf, page 3\nGamma says three\.\n---\n【2】 a\.pdf, page 2\nBeta says two\./);
    expect(record.search).toMatchObject({ cause: "model", iterations: 3, tokens: 300, passages: ["3", "2"] });
    expect(tokens).toBe(300);
    // A passage is shown once, whatever finds it again.
    const last = textOf(inputs.at(-1) ?? []);
    for (const text of TEXTS.slice(0, 3)) expect(last.split(text)).toHaveLength(2);
    expect(last).toContain("Found again: [1], [2].");
  });

  it.each([
    ["max_iterations", 5, [0, 1, 2, 3, 4].map((at) => ({ action: "search", queries: [`q${at}`] })), {}],
    ["max_iterations", 2, [0, 1, 2].map((at) => ({ action: "search", queries: [`q${at}`] })), { maxIterations: 2 }],
    ["max_tokens", 2, [0, 1, 2].map((at) => ({ action: "search", queries: [`q${at}`] })), { maxTokens: 200 }],
    ["repetition", 3, [SEARCH], {}],
    ["unreadable", 3, ["I would rather chat."], {}],
    ["unreadable", 3, [{ action: "dance" }], {}],
    ["model_failed", 1, [new AppError("provider_error", "no")], {}],
  ])("ends by itself: %s after %d steps", async (...[cause, iterations, written, change]) => {
    const { record, output, shown } = await play(written, change);
    expect(record.search).toMatchObject({ cause, iterations });
    expect(output).toContain("【1】 a.pdf, page 1\nAlpha says one.");
    expect(shown.at(-1)).toContain(`(${cause})`);
  });

  it("says that nothing was found", async () => {
    const { output } = await play([{ ...STOP, passages: [] }], { search: async () => [] });
    expect(output).toContain("found no passage");
  });

  it("fails with its search, and ends with its request", async () => {
    const broken = { search: () => Promise.reject(new AppError("database_unavailable", "away")) };
    await expect(play([STOP], broken)).rejects.toMatchObject({ code: "database_unavailable" });
  });
});
