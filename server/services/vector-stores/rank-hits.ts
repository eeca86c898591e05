import { toAppError } from "#server/errors";
import { log } from "#server/log";
import type { SearchHit } from "#server/retrieval/search/search-hit";
import type { ServiceContext } from "#server/services/context";
import { openRanker, type Ranker } from "#server/services/vector-stores/open-ranker";
import { withinTime } from "#server/services/vector-stores/within-time";
import type { Span } from "#server/tracing/span";

/** Names of `ranker` that leave the choice to the stores. */
const AUTO = new Set(["auto", "default-2024-11-15"]);

/** Which ranker a search has: one, or none that can be had, or none at all. */
export interface RankerChoice {
  name: string;
  /** null: the store names one that is no longer there. */
  ranker: Ranker | null;
}

/**
 * The ranker of a search: the one it names, else that of its first store that names one. null: the fused order stays.
 * @throws AppError model_not_found when the search itself names one that the team does not have; database_unavailable
 */
export async function chooseRanker({
  ctx,
  input: { asked, ofStores },
}: {
  ctx: ServiceContext;
  input: { asked: string | null; ofStores: readonly (string | null | undefined)[] };
}): Promise<RankerChoice | null> {
  if (asked === "none") return null;
  if (asked !== null && !AUTO.has(asked)) {
    const ranker = await openRanker({ ctx, input: { name: asked, param: "ranking_options.ranker" } });
    return { name: asked, ranker };
  }
  const name = ofStores.find((each) => each);
  if (!name) return null;
  try {
    return { name, ranker: await openRanker({ ctx, input: { name, param: "search_settings.ranker" } }) };
  } catch (error) {
    if (toAppError(error).code !== "model_not_found") throw error;
    return { name, ranker: null };
  }
}

export interface Ranking {
  choice: RankerChoice;
  query: string;
  /** Best first by the search. */
  hits: readonly SearchHit[];
  /** Of the search, which says what became of the ranking. */
  span: Span;
}

/**
 * The hits in the ranker's order with its scores. When it fails, as they came: a search must not fail for it, and the
 * span says so.
 * @throws the signal's reason when the request is aborted
 */
export async function rankHits({ ctx, input }: { ctx: ServiceContext; input: Ranking }): Promise<SearchHit[]> {
  const { choice, query, hits, span } = input;
  span.set({ ranker: choice.name });
  if (hits.length === 0) return [];
  const { ranker } = choice;
  if (!ranker) {
    span.set({ rankingFailed: "model_not_found" });
    return [...hits];
  }
  const own = ctx.trace.startSpan({
    name: `rerank ${choice.name}`,
    kind: "retrieval",
    parentId: span.id,
    attributes: { passages: hits.length },
  });
  try {
    const passages = hits.map(toPassage);
    const scores = await withinTime(ctx.signal, (signal) => ranker.rank({ query, passages, signal, spanId: own.id }));
    own.content({ query, scores });
    own.end();
    return hits
      .map((hit, index): SearchHit => {
        const score = scores[index] ?? 0;
        return { ...hit, score, rerankScore: score, fusedScore: hit.score };
      })
      .sort((a, b) => b.score - a.score || (b.fusedScore ?? 0) - (a.fusedScore ?? 0));
  } catch (error) {
    if (ctx.signal.aborted) own.end({ status: "cancelled" });
    ctx.signal.throwIfAborted();
    const { code, message } = toAppError(error);
    own.end({ status: "error", error: { code, message } });
    span.set({ rankingFailed: code });
    log().warn({ code, ranker: choice.name }, "a search went on without its ranker");
    return [...hits];
  }
}

function toPassage({ headingPath, filename, text }: SearchHit): string {
  return `${headingPath === "" ? filename : `${filename} › ${headingPath}`}\n${text}`;
}
