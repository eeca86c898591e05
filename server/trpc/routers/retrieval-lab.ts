import { z } from "zod";
import { searchSettingsOf } from "#server/protocol/retrieval-tests";
import { explainAbsence } from "#server/services/vector-stores/explain-absence";
import { SearchInput } from "#server/trpc/routers/search-input";
import { traced } from "#server/trpc/trace";
import { router, teamProcedure } from "#server/trpc/trpc";

const ExplainInput = SearchInput.extend({ fileId: z.string().min(1) });

const read = teamProcedure("vectorStores.read");

/** What finds, and what does not find, a passage. */
export const retrievalLabRouter = router({
  explain: read.input(ExplainInput).query(({ ctx, input }) => {
    const { vectorStoreId, fileId, query } = input;
    return traced(ctx, "explain search", (tracedCtx) => {
      tracedCtx.trace.set({ vectorStoreIds: [vectorStoreId], inputPreview: query });
      return explainAbsence({ ctx: tracedCtx, input: { vectorStoreId, fileId, query, ...searchSettingsOf(input) } });
    });
  }),
});
