/** One of the chunks that a result is made of. */
export interface HitPart {
  chunkId: string;
  charStart: number;
  charEnd: number;
}

/** A passage that is left out for a better one that says the same. */
export interface FoldedHit extends HitPart {
  vectorStoreId: string;
  fileId: string;
  filename: string;
}

/** A passage that a search found, with what made it rank where it does. */
export interface SearchHit {
  /** Of several joined chunks, the best. */
  chunkId: string;
  vectorStoreId: string;
  fileId: string;
  filename: string;
  attributes: Record<string, string | number | boolean>;
  text: string;
  /** Half-open span of the passage in the file's normalised text, in UTF-16 units. */
  charStart: number;
  charEnd: number;
  /** First page is 1; null where the format has no pages. */
  page: number | null;
  /** Titles from the outermost heading inwards, joined by " › "; empty above the first heading. */
  headingPath: string;
  tokenCount: number;
  /** White space between the chunk before it on its page and this one; null when they touch, or it is not known. */
  spaceBefore?: string | null;
  /** Where adjacent chunks were joined: all of them, in order. `text` and span are then of all together. */
  parts?: HitPart[];
  /** What was left out for it, best first. */
  duplicates?: FoldedHit[];
  /** 0 to 1: the fused score, or the ranker's where one has ranked. */
  score: number;
  /** Where a ranker has ranked: its score and, beside it, the fused one. */
  rerankScore?: number;
  fusedScore?: number;
  /** Cosine similarity, −1 to 1; null when only keywords found the chunk. */
  vectorScore: number | null;
  /** BM25, unbounded; null when only the vectors found the chunk. */
  keywordScore: number | null;
  /** Where each leg alone ranks the chunk, from 1; null when it is not among those that are fused. */
  vectorPlace: number | null;
  keywordPlace: number | null;
}
