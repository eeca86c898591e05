import { estimateTokens } from "#server/providers/builtin/pieces";
import { stemWords } from "#server/providers/builtin/words";
import type { EmbeddingModel } from "#server/providers/provider";

const FNV_PRIME = 0x01000193;
const SEEDS = [123, 456] as const;
const YIELD_EVERY = 64;

/** FNV-1a over UTF-16 code units, finished like MurmurHash3 so that all bits depend on every unit. */
function hashWord(word: string, seed: number): number {
  let hash = seed;
  for (let index = 0; index < word.length; index += 1) {
    hash = Math.imul(hash ^ word.charCodeAt(index), FNV_PRIME);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** A unit vector of `dimensions` numbers; all zeros when the text has no meaningful word. */
export function hashText(text: string, dimensions: number): number[] {
  const counts = new Map<string, number>();
  for (const stem of stemWords(text)) counts.set(stem, (counts.get(stem) ?? 0) + 1);
  const vector = new Array<number>(dimensions).fill(0);
  for (const [stem, count] of counts) {
    const weight = 1 + Math.log(count);
    for (const seed of SEEDS) {
      const hash = hashWord(stem, seed);
      const slot = (hash >>> 1) % dimensions;
      vector[slot] = (vector[slot] ?? 0) + (hash & 1 ? weight : -weight);
    }
  }
  let squares = 0;
  for (const value of vector) squares += value * value;
  const norm = Math.sqrt(squares);
  return norm === 0 ? vector : vector.map((value) => value / norm);
}

/**
 * `builtin/hash-<dimensions>`: signed feature hashing of stemmed words (two hashes, 1 + log tf, L2).
 * Needs no key and no network. It compares words, not meanings: `lexical` is shown wherever it is named.
 */
export function createHashEmbedding(dimensions: number): EmbeddingModel {
  return {
    modelId: `hash-${dimensions}`,
    dimensions,
    lexical: true,
    async embed(texts, { signal, onUsage }) {
      onUsage?.(texts.reduce((sum, text) => sum + estimateTokens(text.length), 0));
      const vectors: number[][] = [];
      for (const [index, text] of texts.entries()) {
        if (index % YIELD_EVERY === YIELD_EVERY - 1) await new Promise(setImmediate);
        signal.throwIfAborted();
        vectors.push(hashText(text, dimensions));
      }
      return vectors;
    },
  };
}
