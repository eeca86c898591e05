import type { Bench } from "#tests/bench/judged";
import { residentMb } from "#tests/bench/measure";
import type { Figure } from "#tests/bench/report";
import { randomNumbers } from "#tests/support/many-chunks";
import { openaiClient } from "#tests/support/server";

/** Of each store, one after the other: enough that the server's heap has settled. */
const SEARCHES = 150;
const MOST_GROWTH_MB = 32;

/**
 * The server's memory after searches through the API in a small store, then after as many in a large one. The first store is
 * searched twice, so that what a server that has just begun to search takes anyway is not counted.
 */
export async function measureSearchMemory(
  bench: Bench,
  { small, large }: Record<"small" | "large", { id: string; chunks: number }>,
): Promise<Figure> {
  const next = randomNumbers(7);
  await searchOver(bench, small.id, next);
  await searchOver(bench, small.id, next);
  const before = await residentMb(bench.server);
  await searchOver(bench, large.id, next);
  const after = await residentMb(bench.server);
  return {
    name: `memory of the server, searches in ${small.chunks}, then ${large.chunks} chunks`,
    measured: `${Math.round(before)} → ${Math.round(after)} MB`,
    budget: `≤ +${MOST_GROWTH_MB} MB`,
    kept: after - before <= MOST_GROWTH_MB,
  };
}

async function searchOver({ server, team }: Bench, vectorStoreId: string, next: () => number): Promise<void> {
  const client = openaiClient(server, team.key, { timeout: 600_000 });
  for (let index = 0; index < SEARCHES; index += 1) {
    const query = Array.from({ length: 8 }, () => `word${Math.floor(next() ** 4 * 4_000)}`).join(" ");
    const page = await client.vectorStores.search(vectorStoreId, { query, max_num_results: 10 });
    if (page.data.length === 0) throw new Error("a search found nothing");
  }
}
