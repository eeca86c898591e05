/** One chunk that a search found, with what made it rank where it does. */
export interface SearchHit {
  chunkId: string;
  vectorStoreId: string;
  fileId: string;
  filename: string;
  attributes: Record<string, string | number | boolean>;
  text: string;
  /** Half-open span of the chunk in the file's normalised text, in UTF-16 units. */
  charStart: number;
  charEnd: number;
  /** First page is 1; null where the format has no pages. */
  page: number | null;
  /** Titles from the outermost heading inwards, joined by " › "; empty above the first heading. */
  headingPath: string;
  tokenCount: number;
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
