import { existsSync, readFileSync } from "node:fs";
import { countTokens } from "#server/retrieval/chunk/count-tokens";
import { normaliseText } from "#server/retrieval/parse/normalise";
import { type Bench, uploadDocuments } from "#tests/bench/judged";
import type { Figure } from "#tests/bench/report";
import { readJudgedSet } from "#tests/support/judged-set";
import { openaiClient } from "#tests/support/server";

const CONTEXTS = [1_000, 4_000];
const CHUNKERS = [
  { name: "fixed 800/400", chunking: { max_chunk_size_tokens: 800, chunk_overlap_tokens: 400 } },
  { name: "ours", chunking: undefined },
];

/** Under what name a user would upload a document that the set gives none: source code by what begins its lines. */
const EXTENSIONS: [extension: string, mark: RegExp][] = [
  ["java", /^\s*(?:package|import) [\w.*]+;/m],
  ["rs", /^\s*(?:pub )?(?:use|fn|mod|impl|struct) [^;{]*[;{]/m],
  ["scala", /^package [\w.]+$/m],
  ["cpp", /^#include [<"]/m],
  ["py", /^(?:from \S+ import|import \w+|\s*def \w+\(|class \w+.*:$)/m],
];

interface Span {
  document: string;
  start: number;
  end: number;
}

/**
 * How much of the judged passages stands in a context of so many tokens, filled from the best hit on, the last one cut where
 * it is full, for two ways of cutting the documents that the passages come from: `docs.jsonl` beside chunks whose `doc_id` names one. Empty for a
 * set that keeps no whole documents.
 */
export async function measureContexts(bench: Bench, folder: string): Promise<Figure[]> {
  if (!existsSync(`${folder}/docs.jsonl`) || !existsSync(`${folder}/chunks.jsonl`)) return [];
  const records = (file: string) =>
    readFileSync(`${folder}/${file}`, "utf8")
      .trim()
      .split("\n")
      .map((line): { _id: string; doc_id: string; text: string } => JSON.parse(line));
  // As ingestion keeps a text, so that spans of it can be found again.
  const documents = records("docs.jsonl").map(({ _id: id, text }) => ({ id, text: normaliseText(text) }));
  const textOf = new Map(documents.map(({ id, text }) => [id, text]));
  const passages = new Map<string, Span>();
  for (const { _id: id, doc_id: document, text } of records("chunks.jsonl")) {
    const passage = normaliseText(text).trim();
    const start = textOf.get(document)?.indexOf(passage) ?? -1;
    if (start >= 0) passages.set(id, { document, start, end: start + passage.length });
  }
  const set = readJudgedSet(folder);
  const wanted = set.queries.map(({ id, text }) => ({
    text,
    spans: [...(set.relevant.get(id)?.keys() ?? [])].flatMap((passage) => passages.get(passage) ?? []),
  }));
  const shares: number[][] = [];
  for (const { chunking } of CHUNKERS) shares.push(await contextsOf(bench, { documents, wanted, chunking }));
  return CONTEXTS.map((tokens, index) => ({
    name: `of the passages, in ${tokens} tokens of context`,
    measured: (shares[1]?.[index] ?? 0).toFixed(3),
    direct: `${CHUNKERS[0]?.name} ${(shares[0]?.[index] ?? 0).toFixed(3)}`,
    budget: "",
    kept: null,
  }));
}

interface Cut {
  documents: { id: string; text: string }[];
  wanted: { text: string; spans: Span[] }[];
  chunking: (typeof CHUNKERS)[number]["chunking"];
}

/** The mean share of the wanted characters in each of {@link CONTEXTS}. */
async function contextsOf(bench: Bench, { documents, wanted, chunking }: Cut): Promise<number[]> {
  const named = documents.map((document) => ({ ...document, extension: extensionOf(document.text) }));
  const { vectorStoreId, documentOf } = await uploadDocuments(bench, named, chunking);
  const textOf = new Map(documents.map(({ id, text }) => [id, text]));
  const client = openaiClient(bench.server, bench.team.key, { timeout: 600_000 });
  const sums = CONTEXTS.map(() => 0);
  const asked = wanted.filter(({ spans }) => spans.length > 0);
  for (const { text, spans } of asked) {
    const page = await client.vectorStores.search(vectorStoreId, { query: text, max_num_results: 50 });
    const hits = page.data.map((hit): Span & { tokens: number } => {
      const document = documentOf.get(hit.file_id) ?? "";
      const chunk = hit.content.map((part) => part.text).join("");
      const start = textOf.get(document)?.indexOf(chunk) ?? -1;
      return { document, start, end: start < 0 ? -1 : start + chunk.length, tokens: countTokens(chunk) };
    });
    for (const [index, room] of CONTEXTS.entries()) {
      sums[index] = (sums[index] ?? 0) + covered(spans, fill(hits, room));
    }
  }
  return sums.map((sum) => sum / asked.length);
}

function extensionOf(text: string): string {
  return EXTENSIONS.find(([, mark]) => mark.test(text))?.[0] ?? "txt";
}

/** The hits that a context of `room` tokens takes, the last by its share. */
function fill(hits: readonly (Span & { tokens: number })[], room: number): Span[] {
  const context: Span[] = [];
  let left = room;
  for (const { document, start, end, tokens } of hits) {
    if (left <= 0) break;
    context.push({ document, start, end: start + Math.floor((end - start) * Math.min(1, left / tokens)) });
    left -= tokens;
  }
  return context;
}

/** The share of the wanted characters that stand in one of the spans. */
function covered(wanted: readonly Span[], context: readonly Span[]): number {
  let found = 0;
  let all = 0;
  for (const { document, start, end } of wanted) {
    all += end - start;
    const parts = context.filter((span) => span.document === document).sort((a, b) => a.start - b.start);
    let reached = start;
    for (const part of parts) {
      const from = Math.max(part.start, reached);
      const to = Math.min(part.end, end);
      found += Math.max(0, to - from);
      reached = Math.max(reached, to);
    }
  }
  return found / all;
}
