import { formatExact } from "#components/format/numbers";
import type { Inputs } from "#components/trpc/client";
import type { Store } from "#components/vector-stores/store-types";
import { type CutDraft, cutLimits, problemsOfCut, strategyOf, wholeNumber } from "./cut-sizes";

/** A store's settings as they stand in the form: numbers as they are typed. */
export interface SettingsDraft {
  name: string;
  /** Empty: never. */
  days: string;
  metadata: MetadataDraft[];
  cutting: "auto" | "static";
  chunkTokens: string;
  overlapTokens: string;
  /** `model`: as the embedding model is best searched with. */
  weighting: "model" | "custom";
  vectorWeight: string;
  keywordWeight: string;
  /** Empty: none. */
  threshold: string;
  ranker: string | null;
  rewriteModel: string | null;
}

export interface MetadataDraft {
  key: number;
  name: string;
  value: string;
}

/** OpenAI's. */
export const metadataLimits = { count: 16, name: 64, value: 512 };

let made = 0;

/** An empty row of metadata. */
export function newMetadata(name = "", value = ""): MetadataDraft {
  made += 1;
  return { key: made, name, value };
}

/** The form as the store is. */
export function draftOf(store: Store): SettingsDraft {
  const {
    hybrid_search: weights,
    score_threshold: threshold,
    ranker,
    rewrite_model: rewriteModel,
  } = store.searchSettings;
  const { maxChunkSizeTokens = 400, chunkOverlapTokens = 0 } = store.chunkingStrategy ?? {};
  return {
    name: store.name,
    days: store.expiresAfterDays === null ? "" : String(store.expiresAfterDays),
    metadata: Object.entries(store.metadata).map(([name, value]) => newMetadata(name, value)),
    cutting: store.chunkingStrategy ? "static" : "auto",
    chunkTokens: String(maxChunkSizeTokens),
    overlapTokens: String(chunkOverlapTokens),
    weighting: weights ? "custom" : "model",
    vectorWeight: String(weights?.embedding_weight ?? 1),
    keywordWeight: String(weights?.text_weight ?? 1),
    threshold: threshold ? String(threshold) : "",
    ranker: ranker ?? null,
    rewriteModel: rewriteModel ?? null,
  };
}

export type SettingsProblems = Partial<
  Record<"days" | "metadata" | "chunkTokens" | "overlapTokens" | "weights" | "threshold", string>
>;

function isNumber(text: string, to = Number.MAX_VALUE): boolean {
  return text.trim() !== "" && Number(text) >= 0 && Number(text) <= to;
}

/** What is wrong with the weights of a search, as they are typed; null when nothing is. */
export function weightsProblem(vector: string, keyword: string): string | null {
  const weights = [vector, keyword];
  if (!weights.every((weight) => isNumber(weight))) return "Weights are numbers from 0.";
  return weights.every((weight) => Number(weight) === 0) ? "At least one weight must be above 0." : null;
}

function cutOf({ cutting, chunkTokens, overlapTokens }: SettingsDraft): CutDraft {
  return { type: cutting, size: chunkTokens, overlap: overlapTokens };
}

function metadataProblem(rows: readonly MetadataDraft[]): string | null {
  const names = rows.map((row) => row.name.trim());
  if (names.some((name) => name === "")) return "Name each entry, or remove it.";
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  return twice === undefined ? null : `${twice} is there twice.`;
}

/** What is wrong with the form, by field; empty when it can be saved. */
export function problemsOf(draft: SettingsDraft): SettingsProblems {
  const problems: SettingsProblems = {};
  const days = wholeNumber(draft.days) ?? 0;
  if (draft.days.trim() !== "" && (days < 1 || days > 365)) problems.days = "Give 1 to 365 days, or nothing.";
  const ofMetadata = metadataProblem(draft.metadata);
  if (ofMetadata) problems.metadata = ofMetadata;
  const { size, overlap } = problemsOfCut(cutOf(draft));
  if (size) problems.chunkTokens = `Give ${cutLimits.smallest} to ${formatExact(cutLimits.largest)} tokens.`;
  if (overlap) problems.overlapTokens = "Give 0 to half of a passage’s tokens.";
  const ofWeights = draft.weighting === "custom" ? weightsProblem(draft.vectorWeight, draft.keywordWeight) : null;
  if (ofWeights) problems.weights = ofWeights;
  if (draft.threshold.trim() !== "" && !isNumber(draft.threshold, 1)) problems.threshold = "Give a number from 0 to 1.";
  return problems;
}

/** The form as the change that is saved. */
export function changeOf(draft: SettingsDraft): Inputs["vectorStores"]["update"]["change"] {
  const weights = { embedding_weight: Number(draft.vectorWeight), text_weight: Number(draft.keywordWeight) };
  return {
    name: draft.name.trim(),
    expires_after: draft.days.trim() === "" ? null : { anchor: "last_active_at", days: Number(draft.days) },
    metadata: Object.fromEntries(draft.metadata.map(({ name, value }) => [name.trim(), value])),
    chunking_strategy: draft.cutting === "auto" ? null : strategyOf(cutOf(draft)),
    search_settings: {
      rewrite_model: draft.rewriteModel,
      ranker: draft.ranker,
      hybrid_search: draft.weighting === "model" ? null : weights,
      score_threshold: draft.threshold.trim() === "" ? null : Number(draft.threshold),
    },
  };
}
