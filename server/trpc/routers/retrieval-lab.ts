import { z } from "zod";
import { AttributeFilter } from "#server/protocol/attribute-filter";
import { explainAbsence } from "#server/services/vector-stores/explain-absence";
import { traced } from "#server/trpc/trace";
import { router, teamProcedure } from "#server/trpc/trpc";

const StoreId = z.object({ vectorStoreId: z.string().min(1) });

/** How a store is searched: what the lab compares. */
const SearchSettings = z.object({
  maxNumResults: z.int().min(1).max(50).default(10),
  filters: AttributeFilter.nullish(),
  scoreThreshold: z.number().min(0).max(1).optional(),
  weights: z.object({ embedding: z.number().min(0), text: z.number().min(0) }).optional(),
});

const ExplainInput = StoreId.extend({
  fileId: z.string().min(1),
  query: z.string().trim().min(1).max(4096),
}).extend(SearchSettings.shape);

const read = teamProcedure("vectorStores.read");

function rankingOptionsOf({ scoreThreshold, weights }: z.infer<typeof SearchSettings>) {
  return {
    score_threshold: scoreThreshold,
    hybrid_search: weights && { embedding_weight: weights.embedding, text_weight: weights.text },
  };
}

/** What finds, and what does not find, a passage. */
export const retrievalLabRouter = router({
  explain: read.input(ExplainInput).query(({ ctx, input }) => {
    const { vectorStoreId, fileId, query, maxNumResults } = input;
    return traced(ctx, "explain search", (tracedCtx) => {
      tracedCtx.trace.set({ vectorStoreIds: [vectorStoreId], inputPreview: query });
      const settings = { maxNumResults, filters: input.filters ?? null, rankingOptions: rankingOptionsOf(input) };
      return explainAbsence({ ctx: tracedCtx, input: { vectorStoreId, fileId, query, ...settings } });
    });
  }),
});
