import { toFile } from "openai";
import { median } from "#tests/bench/load";
import { type Figure, ms } from "#tests/bench/report";
import { randomNumbers } from "#tests/support/many-chunks";
import { openaiClient, query, type RunningServer, type TestTeam } from "#tests/support/server";

const FILES = 10;
const WORDS_A_CHUNK = 60;
const QUERIES = 120;
/** The embedded database is WebAssembly on one thread. */
const BUDGET_MS = { native: 50, embedded: 120 };

/** Above 1, low numbers come up more often: the commonest word makes 0.8 % of all, as the commonest that is no stop word. */
const SKEW = 1.7;

/** A vocabulary whose words are as unevenly used as a language's without its stop words. */
const vocabulary = Array.from({ length: 4_000 }, (_, index) => {
  const syllables = ["ka", "lo", "mi", "ter", "van", "su", "pri", "don", "el", "gra"];
  const digits = String(index).padStart(4, "0");
  return [...digits].map((digit) => syllables[Number(digit)] ?? "").join("");
});

function text(next: () => number, words: number): string {
  const chosen = Array.from({ length: words }, () => vocabulary[Math.floor(next() ** SKEW * vocabulary.length)] ?? "");
  return `${chosen.join(" ")}.`;
}

/** Hybrid search in a store of `chunks` chunks, one query after the other. */
export async function measureSearch(server: RunningServer, team: TestTeam, chunks: number): Promise<Figure> {
  const budget = server.databaseUrl.includes("host=") ? BUDGET_MS.embedded : BUDGET_MS.native;
  const client = openaiClient(server, team.key, { timeout: 600_000 });
  const store = await client.vectorStores.create({ name: "bench" });
  const next = randomNumbers(42);
  const startedAt = performance.now();
  const uploads = Array.from({ length: FILES }, async (_, index) => {
    const paragraphs = Array.from({ length: Math.ceil(chunks / FILES) }, () => text(next, WORDS_A_CHUNK));
    const file = await toFile(Buffer.from(paragraphs.join("\n\n")), `bench-${index}.txt`);
    const { id } = await client.files.create({ file, purpose: "assistants" });
    const chunking = { max_chunk_size_tokens: 250, chunk_overlap_tokens: 0 };
    return client.vectorStores.files.createAndPoll(
      store.id,
      { file_id: id, chunking_strategy: { type: "static", static: chunking } },
      { pollIntervalMs: 500 },
    );
  });
  const files = await Promise.all(uploads);
  const failed = files.find((file) => file.status !== "completed");
  if (failed) throw new Error(`ingestion ended ${failed.status}: ${failed.last_error?.message}`);
  const seconds = (performance.now() - startedAt) / 1000;
  const [stored] = await query<{ count: number }>(
    server,
    "select count(*)::int as count from chunk where team_id = $1 and vector_store_id = $2",
    [team.teamId, store.id],
  );
  const latencies: number[] = [];
  for (let index = 0; index < QUERIES; index += 1) {
    const from = performance.now();
    const page = await client.vectorStores.search(store.id, { query: text(next, 8), max_num_results: 10 });
    latencies.push(performance.now() - from);
    if (page.data.length === 0) throw new Error("a search found nothing");
  }
  latencies.sort((a, b) => a - b);
  const p95 = latencies[Math.floor(QUERIES * 0.95)] ?? 0;
  return {
    name: `hybrid search over ${stored?.count} chunks (read in ${seconds.toFixed(0)} s), p95`,
    measured: `${ms(p95)} (p50 ${ms(median(latencies))})`,
    budget: `≤ ${budget} ms`,
    kept: p95 <= budget,
  };
}
