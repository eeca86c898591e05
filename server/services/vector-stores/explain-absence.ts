import { clock } from "#server/clock";
import { config } from "#server/config";
import { type HybridRow, searchHybrid } from "#server/db/search";
import { readSearchableState, readVectorPlace, type SearchableState } from "#server/db/search-absence";
import type { VectorStoreFileScope } from "#server/db/vector-store-files";
import type { AttributeFilter } from "#server/protocol/attribute-filter";
import type { ServiceContext } from "#server/services/context";
import { openVectorStores } from "#server/services/vector-stores/open-vector-stores";
import { type SearchInput, searchVectorStores } from "#server/services/vector-stores/search-vector-stores";
import { vectorStoreFileNotFound } from "#server/services/vector-stores/vector-store-file-object";

/** More than both legs together can hand to the fusion. */
const EVERY_FUSED = 1000;

/** Why a file is not among the results, from what keeps it out first to what keeps it out last. */
export type AbsenceReason =
  /** It is there. */
  | "present"
  | "not_ready"
  | "expired"
  | "no_passages"
  | "filtered"
  /** Neither leg ranks a passage of it high enough to be fused. */
  | "beyond_legs"
  | "below_threshold"
  | "beyond_limit"
  /** Fused high enough, and left out by what comes after: a ranker, or a nearly equal passage. */
  | "left_out_later";

/** How one leg ranks the file's best passage. */
export interface LegStanding {
  /** From 1; null: the leg does not rank it, or not among those that it hands on. */
  place: number | null;
  score: number | null;
  /** The last place that the leg hands to the fusion, and its score; null when it hands on nothing. */
  last: { place: number; score: number | null } | null;
}

export interface Absence {
  filename: string;
  reason: AbsenceReason;
  /** From 1 in the results; null when absent. */
  place: number | null;
  status: SearchableState["status"];
  errorMessage: string | null;
  /** Each condition of the filter alone. `holds`: for at least one passage of the file. */
  conditions: { condition: AttributeFilter; holds: boolean }[];
  /** null before the legs are asked: the file cannot be found by any question. */
  standing: {
    vector: LegStanding;
    keyword: LegStanding;
    /** The best fused passage of the file. */
    fused: { place: number; score: number; chunkId: string } | null;
    /** The lowest score among the results, null when there are none. */
    lastScore: number | null;
  } | null;
}

export interface ExplainAbsenceInput {
  vectorStoreId: string;
  fileId: string;
  query: string;
  maxNumResults: number;
  filters: AttributeFilter | null;
  rankingOptions: SearchInput["rankingOptions"];
}

/**
 * Why a search of a store has, or has not, a file among its results: the search is run again, and what kept the file
 * out is read from the same statements.
 * @throws AppError not_found for a store or file the team does not have; invalid_request for an expired store; what
 *   searchVectorStores throws
 */
export async function explainAbsence({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: ExplainAbsenceInput;
}): Promise<Absence> {
  const { vectorStoreId, fileId, filters } = input;
  const [store] = await openVectorStores({ ctx, input: { ids: [vectorStoreId], param: "vectorStoreId" } });
  const scope = { teamId: ctx.principal.teamId, vectorStoreId, fileId };
  const conditions = filters === null ? [] : conditionsOf(filters);
  const now = new Date(clock().now());
  const state = await readSearchableState(scope, { filter: filters, conditions, now });
  if (!store || state === null) throw vectorStoreFileNotFound(fileId, vectorStoreId);
  const judged = conditions.map((condition, at) => ({ condition, holds: state.holds[at] ?? false }));
  const { filename, status, errorMessage } = state;
  const known = { filename, status, errorMessage, conditions: judged, place: null, standing: null };
  const barred = barOf(state);
  if (barred) return { ...known, reason: barred };
  return { ...known, ...(await followThrough({ ctx, input, scope })) };
}

/** The comparisons of a filter, without what joins them. */
function conditionsOf(filter: AttributeFilter): AttributeFilter[] {
  return "filters" in filter ? filter.filters.flatMap(conditionsOf) : [filter];
}

function barOf(state: SearchableState): AbsenceReason | null {
  if (state.status !== "completed") return "not_ready";
  if (state.expired) return "expired";
  if (state.passages === 0) return "no_passages";
  return state.passes ? null : "filtered";
}

interface Following {
  ctx: ServiceContext;
  input: ExplainAbsenceInput;
  scope: VectorStoreFileScope;
}

type Outcome = Pick<Absence, "reason" | "place" | "standing">;

async function followThrough({ ctx, input, scope }: Following): Promise<Outcome> {
  const { query, filters, maxNumResults, rankingOptions } = input;
  const { hits, plans, threshold } = await searchVectorStores({
    ctx,
    input: { vectorStoreIds: [input.vectorStoreId], queries: [query], maxNumResults, filters, rankingOptions },
  });
  const [plan] = plans;
  if (plan === undefined) throw vectorStoreFileNotFound(input.fileId, input.vectorStoreId);
  const { generation, embedding } = plan;
  const asked = { ...plan, limit: EVERY_FUSED, scoreThreshold: 0, everyLeg: true };
  const [fused, own, vector] = await Promise.all([
    searchHybrid(asked),
    searchHybrid({ ...asked, fileId: input.fileId }),
    embedding && readVectorPlace(scope, { generation, embedding, filter: filters }),
  ]);
  const at = fused.findIndex((row) => row.fileId === input.fileId);
  const best = fused[at] ?? null;
  const standing = {
    vector: { place: vector?.place ?? null, score: vector?.score ?? null, last: lastOf(fused, "vector") },
    keyword: keywordStanding(fused, own, input.fileId),
    fused: best && { place: at + 1, score: best.score, chunkId: best.chunkId },
    lastScore: hits.at(-1)?.score ?? null,
  };
  const place = hits.findIndex((hit) => hit.fileId === input.fileId) + 1;
  if (place > 0) return { reason: "present", place, standing };
  const folded = hits.some((hit) => hit.duplicates?.some((one) => one.fileId === input.fileId));
  if (folded) return { reason: "left_out_later", place: null, standing };
  const ranked = hits.some((hit) => hit.rerankScore !== undefined);
  return { reason: cutOf(best, at, { input, ranked, threshold }), place: null, standing };
}

function cutOf(
  best: HybridRow | null,
  at: number,
  search: { input: ExplainAbsenceInput; ranked: boolean; threshold: number },
): AbsenceReason {
  const { maxNumResults } = search.input;
  if (best === null) return "beyond_legs";
  // A ranker is given more than it leaves, and the least score is then for its own.
  if (search.ranked) {
    return at >= Math.max(maxNumResults, config().RERANK_CANDIDATES) ? "beyond_limit" : "left_out_later";
  }
  if (best.score < search.threshold) return "below_threshold";
  return at >= maxNumResults ? "beyond_limit" : "left_out_later";
}

function lastOf(rows: readonly HybridRow[], leg: "vector" | "keyword"): LegStanding["last"] {
  const ranked = rows.flatMap((row) => {
    const place = leg === "vector" ? row.vectorPlace : row.keywordPlace;
    return place === null ? [] : [{ place, score: leg === "vector" ? row.vectorScore : row.keywordScore }];
  });
  return ranked.toSorted((a, b) => b.place - a.place)[0] ?? null;
}

/** The file's best passage by BM25, whose score needs no place among the candidates: it is the same alone. */
function keywordStanding(fused: readonly HybridRow[], own: readonly HybridRow[], fileId: string): LegStanding {
  const scores = own.flatMap((row) => (row.keywordScore === null ? [] : [row.keywordScore]));
  const places = fused.flatMap((row) => (row.fileId === fileId && row.keywordPlace ? [row.keywordPlace] : []));
  return {
    place: places.length === 0 ? null : Math.min(...places),
    score: scores.length === 0 ? null : Math.max(...scores),
    last: lastOf(fused, "keyword"),
  };
}
