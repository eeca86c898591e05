import { z } from "zod";
import { AttributeFilter } from "#server/protocol/attribute-filter";

/** What a page asks a store's search for. */
export const SearchInput = z.object({
  vectorStoreId: z.string().min(1),
  query: z.string().trim().min(1).max(4096),
  maxNumResults: z.int().min(1).max(50).default(10),
  filters: AttributeFilter.nullish(),
  scoreThreshold: z.number().min(0).max(1).optional(),
  weights: z.object({ embedding: z.number().min(0), text: z.number().min(0) }).optional(),
});

/** The search as its use cases take it, without the store and the query. */
export function searchSettingsOf(input: z.output<typeof SearchInput>) {
  const { maxNumResults, filters = null, scoreThreshold, weights } = input;
  return {
    maxNumResults,
    filters,
    rankingOptions: {
      score_threshold: scoreThreshold,
      hybrid_search: weights && { embedding_weight: weights.embedding, text_weight: weights.text },
    },
  };
}
