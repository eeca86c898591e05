import type { Hit } from "#components/vector-stores/store-types";

/** Where a found passage stands, what it was joined from and what was left out for it, in words. */
export function passagePlace(hit: Pick<Hit, "page" | "headingPath" | "parts" | "duplicates">): string {
  const joined = hit.parts?.length ?? 1;
  const same = hit.duplicates?.length ?? 0;
  return [
    hit.page === null ? null : `page ${hit.page}`,
    hit.headingPath || null,
    joined > 1 ? `${joined} chunks joined` : null,
    same > 0 ? `${same} nearly the same left out` : null,
  ]
    .filter((part) => part !== null)
    .join(", ");
}
