/** Words in a row that are compared as one. */
const SHINGLE = 3;
/** Share of the shingles of two passages that both have (Jaccard), from which on they say the same. */
const SAME = 0.9;
const WORD = /[\p{L}\p{M}\p{N}]+/gu;
/** Writing without spaces is compared character by character. */
const CHARACTER = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/gu;
const NUMBER = /\p{N}/u;

/** What a passage says: its shingles, and the words with numbers in them, in order. */
interface Said {
  shingles: ReadonlySet<string>;
  numbers: string;
}

function read(text: string): Said {
  const words = text.toLowerCase().replace(CHARACTER, " $& ").match(WORD) ?? [];
  const shingles = new Set<string>();
  for (let at = 0; at < Math.max(1, words.length - SHINGLE + 1); at += 1)
    shingles.add(words.slice(at, at + SHINGLE).join(" "));
  return { shingles, numbers: words.filter((word) => NUMBER.test(word)).join(" ") };
}

/**
 * Tells whether a passage says nearly what one before it says: nine tenths of their shingles of three words are the same
 * (Broder's resemblance, exactly, since only the candidates of one search are compared), and all of their numbers. Two
 * versions of a price list are not the same, however much of them is.
 */
export class NearDuplicates<T> {
  readonly #known: { said: Said; value: T }[] = [];
  /** The passages that have a shingle, by their place in `known`. */
  readonly #places = new Map<string, number[]>();

  /** The value of a passage that says the same; else null, and from then on this one is known by `value`. */
  findOrAdd(text: string, value: T): T | null {
    const said = read(text);
    const shared = new Map<number, number>();
    for (const shingle of said.shingles)
      for (const place of this.#places.get(shingle) ?? []) shared.set(place, (shared.get(place) ?? 0) + 1);
    for (const [place, count] of shared) {
      const other = this.#known[place];
      if (other === undefined || other.said.numbers !== said.numbers) continue;
      if (count >= SAME * (other.said.shingles.size + said.shingles.size - count)) return other.value;
    }
    const place = this.#known.push({ said, value }) - 1;
    for (const shingle of said.shingles) {
      const places = this.#places.get(shingle);
      if (places) places.push(place);
      else this.#places.set(shingle, [place]);
    }
    return null;
  }
}
