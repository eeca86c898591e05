import { requirePermission } from "#server/auth/permissions";
import type { FileSearchTool, RequestTool } from "#server/protocol/tools";
import type { ServiceContext } from "#server/services/context";
import type { ResolvedModel } from "#server/services/models/resolve-model";
import { openAgenticSearch } from "#server/services/responses/open-agentic-search";
import { openOwnTools } from "#server/services/responses/open-own-tools";
import { openRankingOptions } from "#server/services/vector-stores/complete-ranking-options";
import { chooseRanker } from "#server/services/vector-stores/rank-hits";
import { searchVectorStores } from "#server/services/vector-stores/search-vector-stores";
import { requireVectorStore } from "#server/services/vector-stores/vector-store-view";
import { hostedTools } from "#server/tools/registry";
import type { Tool } from "#server/tools/tool";
import { traceUnder } from "#server/tracing/span";

/**
 * Makes the tools of a request that this server runs, by the name under which the model knows them. Storage is handed
 * to them here; a vector store that the caller may not see is refused before anything runs. `model`: the response's own,
 * asked for only when a tool runs that needs it.
 * @throws AppError not_found, model_not_found for a ranker, insufficient_scope, permission_denied, invalid_value for a
 *   saved tool that is switched off, database_unavailable
 */
export async function openTools({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: { tools: readonly RequestTool[]; model: () => Promise<ResolvedModel> };
}): Promise<Map<string, Tool>> {
  const open = await openOwnTools({ ctx, input });
  for (const tool of input.tools) {
    if (tool.type !== "file_search" && tool.type !== "agentic_search") continue;
    // A key that may only run responses does not read documents through them.
    requirePermission(ctx.principal, "vectorStores.read");
    await chooseRanker({ ctx, input: { asked: tool.ranking_options.ranker, ofStores: [] } });
    for (const id of tool.vector_store_ids) await requireVectorStore(ctx, id);
    const made =
      tool.type === "file_search"
        ? openFileSearch(ctx, tool)
        : openAgenticSearch({ ctx, input: { tool, model: input.model } });
    open.set(tool.type, made);
  }
  return open;
}

function openFileSearch(ctx: ServiceContext, tool: FileSearchTool): Tool {
  return hostedTools.file_search({
    search: async (queries, { signal, spanId }) => {
      const { hits } = await searchVectorStores({
        ctx: { ...ctx, signal, trace: traceUnder(ctx.trace, spanId) },
        input: {
          vectorStoreIds: tool.vector_store_ids,
          queries,
          maxNumResults: tool.max_num_results,
          filters: tool.filters,
          rankingOptions: openRankingOptions(tool.ranking_options),
        },
      });
      return hits;
    },
  });
}
