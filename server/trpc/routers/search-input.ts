import { z } from "zod";
import { SearchTestSettings } from "#server/protocol/retrieval-tests";

/** What a page asks a store's search for. */
export const SearchInput = SearchTestSettings.extend({
  vectorStoreId: z.string().min(1),
  query: z.string().trim().min(1).max(4096),
  maxNumResults: SearchTestSettings.shape.maxNumResults.unwrap().default(10),
});
