import { clock } from "#server/clock";
import { config } from "#server/config";
import { type HybridQuery, searchHybrid } from "#server/db/search";
import { findPresentChunks } from "#server/db/search-presence";
import type { VectorStoreRow } from "#server/db/vector-stores";
import { AppError, isAppError } from "#server/errors";
import { log } from "#server/log";
import type { AttributeFilter } from "#server/protocol/attribute-filter";
import type { EmbeddingModel } from "#server/providers/provider";
import { foldHits } from "#server/retrieval/search/fold-hits";
import { mergeHits } from "#server/retrieval/search/merge-hits";
import type { SearchHit } from "#server/retrieval/search/search-hit";
import { toKeywords } from "#server/retrieval/search/searchable-text";
import { chooseWeights, type HybridWeights } from "#server/retrieval/search/weights";
import type { ServiceContext } from "#server/services/context";
import type { RoutedEmbeddingModel } from "#server/services/models/route-embedding-model";
import { completeRankingOptions, type RankingOptions } from "#server/services/vector-stores/complete-ranking-options";
import { embedMetered } from "#server/services/vector-stores/meter-queries";
import { openStoreModel, type PinnedEmbedding } from "#server/services/vector-stores/open-store-model";
import { openVectorStores } from "#server/services/vector-stores/open-vector-stores";
import { chooseRanker, type RankerChoice, rankHits } from "#server/services/vector-stores/rank-hits";
import { rewriteQueries } from "#server/services/vector-stores/rewrite-queries";
import type { Span } from "#server/tracing/span";

export interface SearchInput {
  vectorStoreIds: readonly string[];
  /** Searched together: a chunk counts with its best score. */
  queries: readonly string[];
  /** True: a model makes up to four queries of them first. */
  rewriteQuery?: boolean | null | undefined;
  /** 1 to 50. */
  maxNumResults: number;
  filters?: AttributeFilter | null | undefined;
  /** What they leave open, the stores may say. */
  rankingOptions?: RankingOptions | null | undefined;
  /** False: adjacent passages stay results of their own, for who looks around passages by itself. True by default. */
  joinAdjacent?: boolean;
}

/** A result may be joined from three passages, and more say the same: this many are read for one, and some beside. */
const CANDIDATES_A_RESULT = 3;
const SPARE_CANDIDATES = 20;
/** More than both legs together hand to the fusion. */
const MOST_CANDIDATES = 100;

/** What the database is asked, before how much of it is wanted. */
type SearchPlan = Omit<HybridQuery, "limit" | "scoreThreshold">;

/** What a search has found, and what was really searched for. */
export interface SearchOutcome {
  /** Best first. */
  hits: SearchHit[];
  queries: string[];
  /** One for each query and each embedding model of the stores. */
  plans: SearchPlan[];
  /** The least score of a hit. */
  threshold: number;
}

/**
 * The passages of the team's stores that fit the queries best, best first: adjacent ones joined, and of those that say
 * nearly the same the best. It counts as a use of the stores.
 * When the embedding provider fails only keywords are searched, when the model that rewrites fails the queries as they
 * came, when the ranker fails the fused order stays; the span says so.
 * @throws AppError not_found for a store the team does not have; invalid_request for an expired one; model_not_found for
 *   a ranker the team does not have; invalid_value for weights that are both 0; database_unavailable
 */
export async function searchVectorStores({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: SearchInput;
}): Promise<SearchOutcome> {
  const stores = await openVectorStores({ ctx, input: { ids: input.vectorStoreIds, param: "vector_store_ids" } });
  const rankingOptions = completeRankingOptions(input.rankingOptions, stores);
  const asked = rankingOptions.ranker ?? null;
  const ofStores = stores.map((store) => store.searchSettings.ranker);
  const choice = await chooseRanker({ ctx, input: { asked, ofStores } });
  const span = ctx.trace.startSpan({
    name: "retrieval",
    kind: "retrieval",
    attributes: { vectorStoreIds: stores.map((store) => store.id), queries: input.queries.length },
  });
  try {
    const outcome = await runSearch({ ctx, input: { ...input, rankingOptions }, span, stores, choice });
    span.set({ results: outcome.hits.length });
    span.content({ queries: outcome.queries, results: outcome.hits.map(toRecord) });
    span.end();
    return outcome;
  } catch (error) {
    const code = isAppError(error) ? error.code : "internal_error";
    span.end({ status: "error", error: { code, message: "The search failed." } });
    throw error;
  }
}

interface Search {
  ctx: ServiceContext;
  input: SearchInput;
  span: Span;
  stores: readonly VectorStoreRow[];
  choice: RankerChoice | null;
}

async function runSearch({ ctx, input, span, stores, choice }: Search): Promise<SearchOutcome> {
  const model = stores.find((store) => store.searchSettings.rewrite_model)?.searchSettings.rewrite_model ?? null;
  const queries = input.rewriteQuery
    ? await rewriteQueries({ ctx, input: { queries: input.queries, model, span } })
    : [...input.queries];
  // A ranker needs more than it leaves, and the threshold is for the score that is shown.
  const limit = choice
    ? Math.max(input.maxNumResults, config().RERANK_CANDIDATES)
    : Math.min(MOST_CANDIDATES, input.maxNumResults * CANDIDATES_A_RESULT + SPARE_CANDIDATES);
  const threshold = input.rankingOptions?.score_threshold ?? 0;
  const scoreThreshold = choice ? 0 : threshold;
  const groups = groupByModel(stores);
  const planned = groups.map((group) => planGroup({ ctx, input: { ...input, queries }, span, group }));
  const plans = (await Promise.all(planned)).flat();
  const found = await Promise.all(plans.map((plan) => searchHybrid({ ...plan, limit, scoreThreshold })));
  const fused = mergeHits(found.flat(), limit);
  const folding = { limit: input.maxNumResults, joinAdjacent: input.joinAdjacent ?? true };
  if (!choice) return { hits: foldHits(fused, folding), queries, plans, threshold };
  const ranked = await rankHits({ ctx, input: { choice, query: input.queries.join("\n"), hits: fused, span } });
  // A ranker takes its time, and what was deleted meanwhile is in no answer.
  const now = new Date(clock().now());
  const present = await findPresentChunks(ctx.principal.teamId, { ids: fused.map((hit) => hit.chunkId), now });
  const above = ranked.filter((hit) => hit.score >= threshold && present.has(hit.chunkId));
  return { hits: foldHits(above, folding), queries, plans, threshold };
}

/** Vectors of one model and generation can be compared in one statement. */
interface ModelGroup extends PinnedEmbedding {
  generation: number;
  ids: string[];
  indexedIds: string[];
}

function groupByModel(stores: readonly VectorStoreRow[]): ModelGroup[] {
  const groups = new Map<string, ModelGroup>();
  for (const { id, embeddingModel, dimensions, embeddingOptions, generation, indexedGeneration } of stores) {
    const { reduce_to: reduceTo, query_prefix: prefix } = embeddingOptions;
    const key = JSON.stringify([embeddingModel, dimensions, reduceTo, prefix, generation]);
    const pinned = { embeddingModel, dimensions, embeddingOptions };
    const group = groups.get(key) ?? { ...pinned, generation, ids: [], indexedIds: [] };
    group.ids.push(id);
    if (indexedGeneration === generation) group.indexedIds.push(id);
    groups.set(key, group);
  }
  return [...groups.values()];
}

interface GroupSearch {
  ctx: ServiceContext;
  input: SearchInput;
  span: Span;
  group: ModelGroup;
}

async function planGroup({ ctx, input, span, group }: GroupSearch): Promise<SearchPlan[]> {
  const model = await openStoreModel({ ctx, input: group });
  const weights = weightsOf(input, model);
  const vectors = weights.vector > 0 ? await embedQueries({ ctx, input, span, group }, model) : null;
  span.set({ embeddingModel: group.embeddingModel, vectorWeight: weights.vector, keywordWeight: weights.keyword });
  return input.queries.map((text, index) => ({
    teamId: ctx.principal.teamId,
    vectorStoreIds: group.ids,
    indexedStoreIds: group.indexedIds,
    generation: group.generation,
    text: toKeywords(text),
    embedding: vectors?.[index] ?? null,
    weights,
    filter: input.filters ?? null,
    now: new Date(clock().now()),
  }));
}

function weightsOf(input: SearchInput, model: EmbeddingModel): HybridWeights {
  const asked = input.rankingOptions?.hybrid_search;
  if (!asked) return chooseWeights(model);
  if (asked.embedding_weight + asked.text_weight > 0) {
    return { vector: asked.embedding_weight, keyword: asked.text_weight };
  }
  const param = "ranking_options.hybrid_search";
  throw new AppError("invalid_value", `Invalid '${param}': at least one weight must be above 0.`, { param });
}

async function embedQueries(search: GroupSearch, model: RoutedEmbeddingModel): Promise<number[][] | null> {
  const { ctx, input, span, group } = search;
  try {
    const prefix = group.embeddingOptions.query_prefix ?? "";
    const texts = input.queries.map((query) => prefix + query);
    const store = { teamId: ctx.principal.teamId, vectorStoreId: group.ids[0] ?? "" };
    return await embedMetered(model, { store, texts, signal: ctx.signal });
  } catch (error) {
    if (!isAppError(error) || !error.code.startsWith("provider_")) throw error;
    span.set({ degraded: "keywords only", degradedBy: error.code });
    log().warn(
      { code: error.code, embeddingModel: group.embeddingModel },
      "a search went on without its embedding model",
    );
    return null;
  }
}

function toRecord(hit: SearchHit): Record<string, unknown> {
  return {
    chunk_id: hit.chunkId,
    vector_store_id: hit.vectorStoreId,
    file_id: hit.fileId,
    filename: hit.filename,
    page: hit.page,
    score: hit.score,
    vector_score: hit.vectorScore,
    keyword_score: hit.keywordScore,
    ...(hit.rerankScore === undefined ? {} : { rerank_score: hit.rerankScore, fused_score: hit.fusedScore }),
    ...(hit.parts && { chunk_ids: hit.parts.map((part) => part.chunkId) }),
    ...(hit.duplicates?.length && { duplicates: hit.duplicates.map((one) => one.chunkId) }),
    text: hit.text,
  };
}
