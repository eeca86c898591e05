import { expect, it } from "vitest";
import type { Store } from "#components/vector-stores/store-types";
import { changeOf, draftOf, newMetadata, problemsOf, type SettingsDraft } from "./settings-draft";

const plain: Pick<Store, "name" | "expiresAfterDays" | "metadata" | "chunkingStrategy" | "searchSettings"> = {
  name: "Town",
  expiresAfterDays: null,
  metadata: { topic: "harbours" },
  chunkingStrategy: null,
  searchSettings: {},
};
const full = {
  ...plain,
  expiresAfterDays: 9,
  chunkingStrategy: { maxChunkSizeTokens: 200, chunkOverlapTokens: 50 },
  searchSettings: {
    ...{ ranker: "a/rerank", rewrite_model: "b/small", score_threshold: 0.3 },
    hybrid_search: { embedding_weight: 2, text_weight: 1 },
  },
};
const draftFor = (store: typeof plain, change: Partial<SettingsDraft> = {}) => ({
  ...draftOf(store as Store),
  ...change,
});

it("saves what it was made of, when nothing is changed", () => {
  expect(changeOf(draftFor(plain))).toEqual({
    ...{ name: "Town", expires_after: null, metadata: { topic: "harbours" }, chunking_strategy: null },
    search_settings: { rewrite_model: null, ranker: null, hybrid_search: null, score_threshold: null },
  });
  expect(changeOf(draftFor(full))).toEqual({
    ...{ name: "Town", expires_after: { anchor: "last_active_at", days: 9 }, metadata: { topic: "harbours" } },
    chunking_strategy: { type: "static", static: { max_chunk_size_tokens: 200, chunk_overlap_tokens: 50 } },
    search_settings: full.searchSettings,
  });
  expect(problemsOf(draftFor(full))).toEqual({});
});

it.each<[keyof ReturnType<typeof problemsOf>, Partial<SettingsDraft>]>([
  ["days", { days: "0" }],
  ["days", { days: "soon" }],
  ["chunkTokens", { chunkTokens: "99" }],
  ["overlapTokens", { chunkTokens: "200", overlapTokens: "101" }],
  ["weights", { vectorWeight: "0", keywordWeight: "0" }],
  ["weights", { vectorWeight: "" }],
  ["threshold", { threshold: "1.2" }],
  ["metadata", { metadata: [newMetadata("", "x")] }],
  ["metadata", { metadata: [newMetadata("a"), newMetadata("a ")] }],
])("finds what is wrong with %s: %j", (field, change) => {
  expect(Object.keys(problemsOf(draftFor(full, change)))).toEqual([field]);
});
