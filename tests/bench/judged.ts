import { toFile } from "openai";
import { hybridStatement } from "#server/db/search";
import { toKeywords } from "#server/retrieval/search/searchable-text";
import { type Figure, ms } from "#tests/bench/report";
import { type JudgedSet, type Judgement, judge, readJudgedSet } from "#tests/support/judged-set";
import { openaiClient, query, type RunningServer, type TestTeam } from "#tests/support/server";

export interface Bench {
  server: RunningServer;
  team: TestTeam;
}

/** Of a batch, and uploads at a time. */
const FILES_A_BATCH = 500;
const UPLOADS_AT_ONCE = 6;
const ASKED = 50;
/** Hybrid may be this much worse than the better of its legs. */
const TOLERANCE = 0.01;

export interface LoadedStore {
  vectorStoreId: string;
  /** The document of each file. */
  documentOf: Map<string, string>;
  seconds: number;
}

/**
 * Uploads each document as a file and attaches them to a new store, in batches. Throws when one cannot be read.
 */
export async function uploadDocuments(
  { server, team }: Bench,
  documents: readonly { id: string; text: string; extension?: string }[],
  chunking?: { max_chunk_size_tokens: number; chunk_overlap_tokens: number },
): Promise<LoadedStore> {
  const client = openaiClient(server, team.key, { timeout: 600_000, maxRetries: 2 });
  const { id: vectorStoreId } = await client.vectorStores.create({ name: "judged" });
  const documentOf = new Map<string, string>();
  const startedAt = performance.now();
  const waiting = documents.entries();
  const upload = async () => {
    for (const [index, document] of waiting) {
      const file = await toFile(Buffer.from(document.text), `${index}.${document.extension ?? "txt"}`);
      documentOf.set((await client.files.create({ file, purpose: "assistants" })).id, document.id);
    }
  };
  await Promise.all(Array.from({ length: UPLOADS_AT_ONCE }, upload));
  const ids = [...documentOf.keys()];
  for (let start = 0; start < ids.length; start += FILES_A_BATCH) {
    const { file_counts: counts } = await client.vectorStores.fileBatches.createAndPoll(
      vectorStoreId,
      {
        file_ids: ids.slice(start, start + FILES_A_BATCH),
        ...(chunking && { chunking_strategy: { type: "static", static: chunking } }),
      },
      { pollIntervalMs: 500 },
    );
    if (counts.failed > 0) throw new Error(`${counts.failed} of ${counts.total} documents could not be read`);
  }
  return { vectorStoreId, documentOf, seconds: (performance.now() - startedAt) / 1000 };
}

interface Measured extends Judgement {
  /** Milliseconds of each search, rising. */
  latencies: number[];
}

/** The set's questions, one after the other; with `legs`, under these weights. */
async function ask(
  bench: Bench,
  { set, loaded, legs }: { set: JudgedSet; loaded: LoadedStore; legs?: [vector: number, keyword: number] },
): Promise<Measured> {
  const client = openaiClient(bench.server, bench.team.key, { timeout: 600_000 });
  const rankings = new Map<string, string[]>();
  const latencies: number[] = [];
  const options = { max_num_results: ASKED, ranking_options: rankingOf(legs) };
  for (const { id, text } of set.queries) {
    const from = performance.now();
    const found = await client.vectorStores.search(loaded.vectorStoreId, {
      query: text,
      ...options,
    });
    latencies.push(performance.now() - from);
    rankings.set(id, [...new Set(found.data.map((hit) => loaded.documentOf.get(hit.file_id) ?? ""))]);
  }
  latencies.sort((a, b) => a - b);
  return { ...judge(set, rankings), latencies };
}

/** The weights as the API takes them; OpenAI's own client knows them in the file_search tool only. */
function rankingOf(legs: [vector: number, keyword: number] | undefined): { ranker: "auto"; hybrid_search?: object } {
  if (legs === undefined) return { ranker: "auto" };
  return { ranker: "auto", hybrid_search: { embedding_weight: legs[0], text_weight: legs[1] } };
}

/** Uploads, indexes and asks a judged set through the API, with both legs and with each alone. */
export async function measureJudged(
  bench: Bench,
  options: { folder: string; mark: { recall: number; ndcg: number } | null },
): Promise<{ figures: Figure[]; plan: string }> {
  const set = readJudgedSet(options.folder);
  const loaded = await uploadDocuments(bench, set.documents);
  const hybrid = await ask(bench, { set, loaded });
  const vector = await ask(bench, { set, loaded, legs: [1, 0] });
  const keyword = await ask(bench, { set, loaded, legs: [0, 1] });
  const figure = (name: string, key: keyof Judgement, least: number | undefined): Figure => {
    const better = Math.max(vector[key], keyword[key]);
    const floor = Math.max(least ?? 0, key === "mrr" ? 0 : better - TOLERANCE);
    return {
      name,
      measured: hybrid[key].toFixed(3),
      direct: `vector ${vector[key].toFixed(3)}, keyword ${keyword[key].toFixed(3)}`,
      budget: floor === 0 ? "" : `≥ ${floor.toFixed(3)}`,
      kept: floor === 0 ? null : hybrid[key] >= floor,
    };
  };
  const at = (latencies: number[], share: number) => ms(latencies[Math.floor(latencies.length * share)] ?? 0);
  const megabytes = set.documents.reduce((sum, document) => sum + Buffer.byteLength(document.text), 0) / 1e6;
  const figures: Figure[] = [
    figure("recall@20", "recall", options.mark?.recall),
    figure("nDCG@10", "ndcg", options.mark?.ndcg),
    figure("MRR", "mrr", undefined),
    {
      name: "search, p50 and p95",
      measured: `${at(hybrid.latencies, 0.5)}, ${at(hybrid.latencies, 0.95)}`,
      direct: `vector ${at(vector.latencies, 0.5)}, keyword ${at(keyword.latencies, 0.5)}`,
      budget: "",
      kept: null,
    },
    {
      name: `upload and index, ${set.documents.length} files`,
      measured: `${loaded.seconds.toFixed(1)} s = ${(megabytes / loaded.seconds).toFixed(2)} MB/s`,
      budget: "",
      kept: null,
    },
  ];
  return { figures, plan: await explain(bench, loaded.vectorStoreId, set.queries[0]?.text ?? "") };
}

/** How Postgres runs the search for a question, with the first chunk's vector in place of the question's. */
async function explain({ server, team }: Bench, vectorStoreId: string, text: string): Promise<string> {
  const [first] = await query<{ embedding: string }>(
    server,
    "SELECT embedding::text FROM chunk_embedding WHERE team_id = $1 AND vector_store_id = $2 LIMIT 1",
    [team.teamId, vectorStoreId],
  );
  const statement = hybridStatement({
    teamId: team.teamId,
    vectorStoreIds: [vectorStoreId],
    indexedStoreIds: [],
    generation: 1,
    text: toKeywords(text),
    embedding: JSON.parse(first?.embedding ?? "[]"),
    weights: { vector: 1, keyword: 1 },
    filter: null,
    limit: 10,
    scoreThreshold: 0,
    now: new Date(),
  });
  const lines = await query<{ "QUERY PLAN": string }>(
    server,
    `EXPLAIN (ANALYZE, BUFFERS) ${statement.text}`,
    statement.values,
  );
  return lines.map((line) => line["QUERY PLAN"]).join("\n");
}
