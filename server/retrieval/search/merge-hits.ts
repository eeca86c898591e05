import type { SearchHit } from "#server/retrieval/search/search-hit";

/** The best `limit` of several result lists: each chunk once, with its best score, best first. */
export function mergeHits(hits: readonly SearchHit[], limit: number): SearchHit[] {
  const best = new Map<string, SearchHit>();
  for (const hit of hits) {
    const known = best.get(hit.chunkId);
    if (known === undefined || hit.score > known.score) best.set(hit.chunkId, hit);
  }
  return [...best.values()].sort((a, b) => b.score - a.score || Number(a.chunkId) - Number(b.chunkId)).slice(0, limit);
}
