import { NearDuplicates } from "#server/retrieval/search/near-duplicates";
import type { FoldedHit, SearchHit } from "#server/retrieval/search/search-hit";

/** What adjacent hits make together is at most this long: a passage and what stands around it, not a chapter. */
const MOST_CHUNKS = 3;
const MOST_TOKENS = 1600;

export interface Folding {
  /** Results wanted. */
  limit: number;
  /** False: each chunk stays a result of its own. */
  joinAdjacent: boolean;
}

/**
 * The first `limit` results that hits, best first, come to. A passage that says nearly what a better one says is folded
 * into it; one that stands directly before or after a better one in its file, on the same page, is joined to it. A result
 * has the place, the scores and the chunk id of its best hit.
 */
export function foldHits(hits: readonly SearchHit[], { limit, joinAdjacent }: Folding): SearchHit[] {
  const results: SearchHit[][] = [];
  for (const hit of distinct(hits)) {
    if (joinAdjacent && joinTo(results, hit)) continue;
    if (results.length === limit) break;
    results.push([hit]);
  }
  return results.map(toResult);
}

/** The hits that say something of their own. What says the same later is noted in the copy that was given before. */
function* distinct(hits: readonly SearchHit[]): Generator<SearchHit> {
  const known = new NearDuplicates<FoldedHit[]>();
  for (const hit of hits) {
    const duplicates: FoldedHit[] = [];
    const same = known.findOrAdd(hit.text, duplicates);
    const { chunkId, vectorStoreId, fileId, filename, charStart, charEnd } = hit;
    if (same) same.push({ chunkId, vectorStoreId, fileId, filename, charStart, charEnd });
    else yield { ...hit, duplicates };
  }
}

/** Joins the hit to what it stands beside, on both sides where all of it is not too long; false: it stands alone. */
function joinTo(results: SearchHit[][], hit: SearchHit): boolean {
  const beside = results.filter((parts) => isBeside(parts, hit));
  const [first, second] = beside;
  if (first === undefined) return false;
  if (second !== undefined && fits([...first, ...second, hit])) {
    first.push(hit, ...second);
    results.splice(results.indexOf(second), 1);
    return true;
  }
  const host = beside.find((parts) => fits([...parts, hit]));
  host?.push(hit);
  return host !== undefined;
}

function isBeside(parts: readonly SearchHit[], hit: SearchHit): boolean {
  const [one] = parts;
  if (one === undefined || one.fileId !== hit.fileId || one.vectorStoreId !== hit.vectorStoreId) return false;
  if (one.page !== hit.page) return false;
  return parts.some((part) => follows(part, hit) || follows(hit, part));
}

/** True when the text of `after` goes on where that of `before` ends, or earlier. */
function follows(before: SearchHit, after: SearchHit): boolean {
  if (after.charStart <= before.charStart) return false;
  return after.charStart <= before.charEnd + (after.spaceBefore?.length ?? 0);
}

function fits(parts: readonly SearchHit[]): boolean {
  return parts.length <= MOST_CHUNKS && tokensOf(parts) <= MOST_TOKENS;
}

/** Tokens of the parts together, an overlap counted once by its share of their characters: near enough. */
function tokensOf(parts: readonly SearchHit[]): number {
  const sum = (count: (part: SearchHit) => number) => parts.reduce((total, part) => total + count(part), 0);
  const start = Math.min(...parts.map((part) => part.charStart));
  const end = Math.max(...parts.map((part) => part.charEnd));
  const characters = Math.max(
    1,
    sum((part) => part.charEnd - part.charStart),
  );
  return Math.round(sum((part) => part.tokenCount) * Math.min(1, (end - start) / characters));
}

function toResult(parts: readonly SearchHit[]): SearchHit {
  const [best] = parts;
  if (best === undefined) throw new Error("A result is made of at least one hit.");
  if (parts.length === 1) return best;
  const inOrder = parts.toSorted((a, b) => a.charStart - b.charStart);
  let text = "";
  let end = inOrder[0]?.charStart ?? 0;
  for (const part of inOrder) {
    if (part.charStart > end) text += part.spaceBefore ?? "";
    text += part.text.slice(Math.max(0, end - part.charStart));
    end = Math.max(end, part.charEnd);
  }
  return {
    ...best,
    text,
    charStart: inOrder[0]?.charStart ?? best.charStart,
    charEnd: end,
    tokenCount: tokensOf(parts),
    parts: inOrder.map(({ chunkId, charStart, charEnd }) => ({ chunkId, charStart, charEnd })),
    duplicates: parts.flatMap((part) => part.duplicates ?? []),
  };
}
