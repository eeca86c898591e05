import type { SearchHit } from "#server/retrieval/search/search-hit";

/** The passages of one search that goes on, each numbered when it is first found and shown only then. */
export class FoundPassages {
  readonly #hits: SearchHit[] = [];
  readonly #numbers = new Map<string, number>();

  get count(): number {
    return this.#hits.length;
  }

  /** The passage of a number, from 1. */
  at(number: number): SearchHit | undefined {
    return this.#hits[number - 1];
  }

  /** Takes what was found, and writes it for the model: new passages whole, known ones by number. */
  add(hits: readonly SearchHit[]): { text: string; fresh: number } {
    const blocks: string[] = [];
    const again: number[] = [];
    for (const hit of hits) {
      const known = this.#numbers.get(hit.chunkId);
      if (known !== undefined) {
        again.push(known);
        continue;
      }
      const number = this.#hits.push(hit);
      this.#numbers.set(hit.chunkId, number);
      blocks.push(`[${number}] ${placeOf(hit)}\n${hit.text}`);
    }
    const fresh = blocks.length;
    if (fresh === 0) blocks.push(hits.length === 0 ? "Nothing was found." : "Nothing new was found.");
    if (again.length > 0) blocks.push(`Found again: ${again.map((number) => `[${number}]`).join(", ")}.`);
    return { text: blocks.join("\n\n"), fresh };
  }

  /** The passages of these numbers; without any that are known, the best by score. */
  choose(numbers: readonly number[], limit: number): SearchHit[] {
    const chosen = [...new Set(numbers)].flatMap((number) => this.at(number) ?? []);
    if (chosen.length > 0) return chosen.slice(0, limit);
    return this.#hits.toSorted((a, b) => b.score - a.score).slice(0, limit);
  }
}

function placeOf({ filename, page, attributes }: SearchHit): string {
  const facts = Object.keys(attributes).length === 0 ? "" : `, attributes ${JSON.stringify(attributes)}`;
  return `${filename.replaceAll(/\s+/g, " ")}${page === null ? "" : `, page ${page}`}${facts}`;
}
