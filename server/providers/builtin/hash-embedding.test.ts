import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { hashText } from "#server/providers/builtin/hash-embedding";
import { stemWords } from "#server/providers/builtin/words";
import { createProvider } from "#server/providers/registry";
import { REFERENCE } from "#tests/support/captures";
import { testConnection } from "#tests/support/model-request";

const builtin = createProvider(testConnection({ id: "builtin", name: "builtin", kind: "builtin", apiKey: null }));
const signal = new AbortController().signal;

describe("builtin/hash-1024", () => {
  const dot = (a: number[], b: number[]) => a.reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0);

  it("is lexical, of unit length, and the same every time", async () => {
    const model = builtin.embeddingModel?.("hash-1024");
    const [vector = [], again = [], empty = []] =
      (await model?.embed(["Running dogs", "running DOG", "the of and"], { signal, kind: "document" })) ?? [];
    expect(model).toMatchObject({ lexical: true, dimensions: 1024 });
    expect(vector).toHaveLength(1024);
    expect(dot(vector, vector)).toBeCloseTo(1, 10);
    expect(dot(vector, again)).toBeCloseTo(1, 10);
    expect(empty.every((value) => value === 0)).toBe(true);
  });

  it("puts texts that share words nearer than those that do not", () => {
    const query = hashText("how does DiffExecutor compare executors", 1024);
    expect(dot(query, hashText("The diff executor wraps two executors", 1024))).toBeGreaterThan(0.3);
    expect(Math.abs(dot(query, hashText("Bananas grow in the tropics", 1024)))).toBeLessThan(0.2);
  });

  it("stems, folds accents and cuts identifiers", () => {
    expect(stemWords("The cafés' runningTotal")).toEqual(["cafe", "runningtot", "run", "total"]);
  });

  it("knows no other model", () => {
    expect(() => builtin.languageModel("gpt-9")).toThrow(expect.objectContaining({ code: "model_not_found" }));
    expect(() => builtin.embeddingModel?.("hash-7")).toThrow(expect.objectContaining({ code: "model_not_found" }));
  });
});

const SETS = resolve(REFERENCE, "../retrieval");

interface Text {
  _id: string;
  text: string;
}

function readTexts(path: string): Text[] {
  const lines = readFileSync(resolve(SETS, path), "utf8").trim().split("\n");
  return lines.map((line): Text => JSON.parse(line));
}

/** Judged documents of each query: every judgement here is yes or no. */
function readJudgements(path: string): Map<string, Set<string>> {
  const judged = new Map<string, Set<string>>();
  for (const line of readFileSync(resolve(SETS, path), "utf8").trim().split("\n").slice(1)) {
    const [query = "", ...rest] = line.split("\t");
    const document = rest.at(-2) ?? "";
    judged.set(query, (judged.get(query) ?? new Set()).add(document));
  }
  return judged;
}

function ndcgAt10(set: string, corpus: string): number {
  const documents = readTexts(`${set}/${corpus}`).map(({ _id, text }) => ({ id: _id, vector: hashText(text, 1024) }));
  const judged = readJudgements(`${set}/qrels.tsv`);
  const queries = readTexts(`${set}/queries.jsonl`).filter(({ _id }) => judged.has(String(_id)));
  const gain = (rank: number) => 1 / Math.log2(rank + 2);
  let sum = 0;
  for (const { _id, text } of queries) {
    const wanted = judged.get(String(_id)) ?? new Set();
    const query = hashText(text, 1024);
    const ranked = documents
      .map(({ id, vector }) => ({
        id,
        score: vector.reduce((total, value, at) => total + value * (query[at] ?? 0), 0),
      }))
      .sort((a, b) => b.score - a.score)
      .slice(0, 10);
    const found = ranked.reduce((total, { id }, rank) => total + (wanted.has(id) ? gain(rank) : 0), 0);
    const best = Array.from({ length: Math.min(10, wanted.size) }, (_, rank) => gain(rank)).reduce((a, b) => a + b, 0);
    sum += found / best;
  }
  return sum / queries.length;
}

describe.skipIf(!existsSync(SETS))("builtin/hash-1024 on judged sets", () => {
  it.each([
    ["docs", "corpus.jsonl", 0.64],
    ["codebase", "chunks.jsonl", 0.57],
  ])("finds what belongs to a question in %s", (set, corpus, least) => {
    expect(ndcgAt10(set, corpus)).toBeGreaterThan(least);
  });
});
