import type OpenAI from "openai";
import pg from "pg";
import { type HybridQuery, hybridStatement } from "#server/db/search";
import { mean } from "#server/retrieval/search/metrics";
import { measureCommonWords } from "#tests/bench/common-words";
import type { Bench } from "#tests/bench/judged";
import { type Figure, ms } from "#tests/bench/report";
import { measureSearchMemory } from "#tests/bench/search-memory";
import { addChunks, randomNumbers, unitVectors } from "#tests/support/many-chunks";
import { openaiClient, query } from "#tests/support/server";

const DIMENSIONS = 384;
/** Beside the large one, a tenth of its size each. */
const SMALL_STORES = 9;
/** Of the large store: a filter on one of them keeps 1 %. */
const FILES = 100;
const QUESTIONS = 60;
const PLACES = 10;
const BUILD_PATIENCE_MS = 900_000;

interface Timed {
  /** Chunks found for each question, best first. */
  found: string[][];
  p50: number;
  p95: number;
}

/**
 * One store of so many chunks among ten: its graph against measuring every vector, under a filter, and by common words.
 * Written straight into the tables; the server's own job builds the index.
 */
export async function measureLargeStore(
  { server, team }: Bench,
  { chunks, folders, explain }: { chunks: number; folders: readonly string[]; explain: boolean },
): Promise<Figure[]> {
  const client = openaiClient(server, team.key);
  // As the server's own connections are.
  const database = new pg.Pool({ connectionString: server.databaseUrl, max: 1, options: "-c jit=off" });
  const names = ["large", ...Array.from({ length: SMALL_STORES }, (_, index) => `small ${index}`)];
  const ids: string[] = [];
  const smaller = Math.ceil(chunks / 10 / SMALL_STORES);
  for (const name of names) {
    const id = await createStore(client, name);
    const size = name === "large" ? chunks : smaller;
    const files = name === "large" ? FILES : 1;
    await addChunks(database, { teamId: team.teamId, vectorStoreId: id, chunks: size, dimensions: DIMENSIONS, files });
    ids.push(id);
  }
  await database.query("VACUUM ANALYZE chunk, chunk_embedding, vector_store_file, file");
  const [id = "", small = ""] = ids;
  const built = await whenIndexed({ server, team }, id);
  const ask = asker(database, { teamId: team.teamId, id, explain });
  const vectors = { vector: 1, keyword: 0 };
  const exact = await ask("every vector measured", { weights: vectors, indexedStoreIds: [] });
  const graph = await ask("vectors by the graph", { weights: vectors });
  const filter = { type: "eq" as const, key: "part", value: 7 };
  const filtered = await ask("filter that keeps 1 %", { weights: vectors, filter, limit: 50 });
  const words = await ask("common words", { weights: { vector: 0, keyword: 1 } });
  const hybrid = await ask("both", { weights: { vector: 1, keyword: 1 } });
  const recall = mean(
    graph.found.map((hits, index) => hits.filter((hit) => exact.found[index]?.includes(hit)).length / PLACES),
  );
  const memory = await measureSearchMemory(
    { server, team },
    { small: { id: small, chunks: smaller }, large: { id, chunks } },
  );
  const judged = [];
  for (const folder of folders) {
    const { id: vectorStoreId } = await client.vectorStores.create({ name: folder });
    const scope = { teamId: team.teamId, vectorStoreId };
    judged.push(...(await measureCommonWords(database, scope, { folder, chunks })));
  }
  await database.end();
  const within = (name: string, timed: Timed, most: number): Figure => ({
    name,
    measured: `p95 ${ms(timed.p95)} (p50 ${ms(timed.p50)})`,
    budget: `≤ ${most} ms`,
    kept: timed.p95 <= most,
  });
  const complete = filtered.found.every((hits) => hits.length === 50);
  return [
    { name: "recall@10 of the graph", measured: recall.toFixed(3), budget: "≥ 0.980", kept: recall >= 0.98 },
    { ...within("vectors by the graph", graph, 30), direct: `exact p50 ${ms(exact.p50)}` },
    within("filter that keeps 1 %", filtered, 60),
    { name: "rows under it, of 50", measured: complete ? "all" : "fewer", budget: "all", kept: complete },
    within("common words", words, 100),
    ...judged,
    { ...within("both", hybrid, 100), budget: "", kept: null },
    { name: "until the index stood", measured: `${(built / 1000).toFixed(0)} s`, budget: "", kept: null },
    memory,
  ];
}

/** A store of the built-in embedder's vectors in this length, so that it can be searched through the API. */
async function createStore(client: OpenAI, name: string): Promise<string> {
  const embedding = { model: "builtin/hash-1024", dimensions: DIMENSIONS };
  const store = await client.post<{ id: string }>("/vector_stores", { body: { name, embedding } });
  return store.id;
}

/** Milliseconds until the server's job has indexed the store. Throws when it does not. */
async function whenIndexed({ server, team }: Bench, id: string): Promise<number> {
  const startedAt = performance.now();
  for (;;) {
    const rows = await query(
      server,
      "SELECT FROM vector_store WHERE team_id = $1 AND id = $2 AND indexed_generation = generation",
      [team.teamId, id],
    );
    const waited = performance.now() - startedAt;
    if (rows.length > 0) return waited;
    if (waited > BUILD_PATIENCE_MS) throw new Error("the large store has got no index");
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  }
}

function asker(database: pg.Pool, { teamId, id, explain }: { teamId: string; id: string; explain: boolean }) {
  return async (name: string, how: Pick<HybridQuery, "weights"> & Partial<HybridQuery>): Promise<Timed> => {
    const next = randomNumbers(5);
    const vectorOf = unitVectors(5, DIMENSIONS);
    const found: string[][] = [];
    const latencies: number[] = [];
    for (let index = -5; index < QUESTIONS; index += 1) {
      const words = Array.from({ length: 8 }, () => `word${Math.floor(next() ** 4 * 4_000)}`);
      const { text, values } = hybridStatement({
        teamId,
        vectorStoreIds: [id],
        indexedStoreIds: [id],
        generation: 1,
        text: words.join(" "),
        embedding: vectorOf(),
        filter: null,
        limit: PLACES,
        scoreThreshold: 0,
        now: new Date(),
        ...how,
      });
      const from = performance.now();
      const { rows } = await database.query<{ chunkId: string }>(text, values);
      if (index < 0) continue;
      latencies.push(performance.now() - from);
      found.push(rows.map((row) => row.chunkId));
      if (!explain || index < QUESTIONS - 1) continue;
      const plan = await database.query<{ "QUERY PLAN": string }>(`EXPLAIN (ANALYZE, BUFFERS) ${text}`, values);
      console.log(`\nThe last search, ${name}\n${plan.rows.map((row) => row["QUERY PLAN"]).join("\n")}`);
    }
    latencies.sort((a, b) => a - b);
    const at = (share: number) => latencies[Math.floor(latencies.length * share)] ?? 0;
    return { found, p50: at(0.5), p95: at(0.95) };
  };
}
