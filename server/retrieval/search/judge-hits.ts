import type { ExpectedPassage } from "#server/protocol/retrieval-tests";
import type { SearchHit } from "#server/retrieval/search/search-hit";

type Place = Pick<SearchHit, "fileId" | "charStart" | "charEnd">;
export type PlacedHit = Place & { duplicates?: readonly Place[] };

/** What a ranking is worth: see metrics.ts. */
export interface Judged {
  gains: number[];
  /** Those that no hit is a passage of. */
  missing: ExpectedPassage[];
}

/** True when the hit holds at least half of the span, or lies in it. */
function matches(hit: Place, { fileId, charStart, charEnd }: ExpectedPassage): boolean {
  if (hit.fileId !== fileId) return false;
  if (charStart === null || charEnd === null) return true;
  const shared = Math.min(hit.charEnd, charEnd) - Math.max(hit.charStart, charStart);
  return shared > 0 && shared * 2 >= Math.min(hit.charEnd - hit.charStart, charEnd - charStart);
}

/**
 * Judges hits, best first. A further hit in a passage that is found already takes no place, so cutting a document
 * finer does not lower the figures; where only whole files are expected, each file takes one place.
 */
export function judgeHits(hits: readonly PlacedHit[], expected: readonly ExpectedPassage[]): Judged {
  const byFile = expected.every((passage) => passage.charStart === null || passage.charEnd === null);
  const waiting = new Set(expected);
  const seenFiles = new Set<string>();
  const gains: number[] = [];
  for (const hit of hits) {
    if (byFile && seenFiles.has(hit.fileId)) continue;
    seenFiles.add(hit.fileId);
    // What was left out because the hit says the same is found with it.
    const places = [hit, ...(hit.duplicates ?? [])];
    const known = expected.filter((passage) => places.some((place) => matches(place, passage)));
    const found = known.filter((passage) => waiting.delete(passage));
    if (found.length > 0) gains.push(...found.map((passage) => passage.grade));
    else if (known.length === 0) gains.push(0);
  }
  return { gains, missing: [...waiting] };
}
