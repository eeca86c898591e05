import { LRUCache } from "lru-cache";
import { stemmer } from "stemmer";
import { STOP_WORDS } from "#server/providers/builtin/stop-words";

const WORD = /[\p{L}\p{N}]+/gu;
const CAMEL_BOUNDARY = /(?<=[\p{Ll}\p{N}])(?=\p{Lu})/u;
const BEYOND_ASCII = /[^\0-\x7f]/;
const MAX_WORD = 64;

/** Stems of words already seen; text repeats its words, and stemming is the larger part of the cost. */
const stems = new LRUCache<string, string>({ max: 20_000 });

function stemOf(word: string): string {
  const known = stems.get(word);
  if (known !== undefined) return known;
  const stem = stemmer(word);
  stems.set(word, stem);
  return stem;
}

function add(into: string[], word: string): void {
  const lower = word.toLowerCase();
  if (lower.length <= MAX_WORD && !STOP_WORDS.has(lower)) into.push(stemOf(lower));
}

/**
 * The meaningful words of a text, in order: lower case, without accents and stop words, stemmed (Porter).
 * Identifiers count whole and cut at case changes, so `DiffExecutor` is found by "diff executor" as well.
 */
export function stemWords(text: string): string[] {
  const found: string[] = [];
  const plain = BEYOND_ASCII.test(text) ? text.normalize("NFKD").replace(/\p{M}/gu, "") : text;
  for (const [word] of plain.matchAll(WORD)) {
    add(found, word);
    const parts = word.split(CAMEL_BOUNDARY);
    if (parts.length > 1) for (const part of parts) add(found, part);
  }
  return found;
}
