import type { z } from "zod";
import type { VectorStoreRow } from "#server/db/vector-stores";
import type { RankingOptionsInput, RankingOptions as ToolRankingOptions } from "#server/protocol/tools";

export type RankingOptions = Partial<z.output<typeof RankingOptionsInput>>;

/** The options of a response's tool, in which a least score of 0 stands for none that was given. */
export function openRankingOptions(options: ToolRankingOptions): RankingOptions {
  return { ...options, score_threshold: options.score_threshold || null };
}

/** What a search asks for, and where it says nothing what the first of its stores does that says something. */
export function completeRankingOptions(
  asked: RankingOptions | null | undefined,
  stores: readonly Pick<VectorStoreRow, "searchSettings">[],
): RankingOptions {
  const settings = stores.map((store) => store.searchSettings);
  return {
    ranker: asked?.ranker ?? null,
    score_threshold: asked?.score_threshold ?? settings.find((one) => one.score_threshold)?.score_threshold ?? null,
    hybrid_search: asked?.hybrid_search ?? settings.find((one) => one.hybrid_search)?.hybrid_search ?? null,
  };
}
