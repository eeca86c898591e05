import { clock } from "#server/clock";
import { config } from "#server/config";
import { findNeighbours } from "#server/db/chunk-neighbours";
import { askModel } from "#server/engine/ask-model";
import type { AttributeFilter } from "#server/protocol/attribute-filter";
import type { AgenticSearchTool } from "#server/protocol/tools";
import type { SearchHit } from "#server/retrieval/search/search-hit";
import type { ServiceContext } from "#server/services/context";
import type { ResolvedModel } from "#server/services/models/resolve-model";
import { openRankingOptions } from "#server/services/vector-stores/complete-ranking-options";
import { searchVectorStores } from "#server/services/vector-stores/search-vector-stores";
import { hostedTools } from "#server/tools/registry";
import type { Tool } from "#server/tools/tool";
import { traceUnder } from "#server/tracing/span";

/** Passages that one search of several adds, at most: the model reads all of them. */
const RESULTS_A_STEP = 8;
/** Passages before and after one. */
const REACH = 2;

/** A search that goes on, decided by the response's own model. Its stores have been checked. */
export function openAgenticSearch({
  ctx,
  input: { tool, model },
}: {
  ctx: ServiceContext;
  input: { tool: AgenticSearchTool; model: () => Promise<ResolvedModel> };
}): Tool {
  const { vector_store_ids: vectorStoreIds, filters, ranking_options: rankingOptions } = tool;
  return hostedTools.agentic_search({
    maxResults: tool.max_num_results,
    maxIterations: tool.max_iterations,
    maxTokens: tool.max_tokens ?? config().AGENTIC_SEARCH_MAX_TOKENS,
    async search({ queries, filter }, { signal, spanId }) {
      const { hits } = await searchVectorStores({
        ctx: { ...ctx, signal, trace: traceUnder(ctx.trace, spanId) },
        input: {
          vectorStoreIds,
          queries,
          maxNumResults: Math.min(tool.max_num_results, RESULTS_A_STEP),
          filters: both(filters, filter),
          rankingOptions: openRankingOptions(rankingOptions),
          // It reads around passages itself, and no text twice.
          joinAdjacent: false,
        },
      });
      return hits;
    },
    readAround: (hit) => readAround({ ctx, hit, filters }),
    async decide(asked, { instructions, number, shownItems }, { signal, spanId }) {
      const { languageModel, provider, price } = await model();
      return askModel(
        { model: languageModel, provider, price, trace: ctx.trace, parentSpanId: spanId, signal },
        { task: "search_step", instructions, input: asked, number, shownItems },
      );
    },
  });
}

/** The caller's filter always holds; the model's can only narrow it. */
function both(own: AttributeFilter | null, asked: AttributeFilter | null): AttributeFilter | null {
  return own && asked ? { type: "and", filters: [own, asked] } : (own ?? asked);
}

/** A filter by a passage's place leaves out neighbours, so nothing is read around under one. */
async function readAround({
  ctx,
  hit,
  filters,
}: {
  ctx: ServiceContext;
  hit: SearchHit;
  filters: AttributeFilter | null;
}): Promise<SearchHit[]> {
  if (filters && asksForPlace(filters)) return [];
  const { teamId } = ctx.principal;
  const now = new Date(clock().now());
  const rows = await findNeighbours({ teamId, chunkId: hit.chunkId, reach: REACH, now });
  const unranked = { vectorScore: null, keywordScore: null, vectorPlace: null, keywordPlace: null };
  return rows.map((row) => ({ ...row, ...unranked, score: hit.score }));
}

function asksForPlace(filter: AttributeFilter): boolean {
  return "filters" in filter ? filter.filters.some(asksForPlace) : filter.key === "chunk_index";
}
