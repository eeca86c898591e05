import type { Inputs } from "#components/trpc/client";
import type { FilterDraft } from "#components/vector-stores/filter-json";
import { weightsProblem } from "../../_components/settings-draft";

export const RESULT_COUNTS = ["5", "10", "20", "50"] as const;

/** How a store is searched, as it stands in the form. */
export interface LabSettings {
  /** `store`: what the store's embedding model is best searched with. */
  weighting: "store" | "custom";
  vectorWeight: string;
  keywordWeight: string;
  /** Empty: the store's. */
  threshold: string;
  count: (typeof RESULT_COUNTS)[number];
  /** The filter in force, and the lines that made it where lines can show it. */
  filter: SearchSettings["filters"];
  draft: FilterDraft | null;
}

export type SearchSettings = Pick<
  Inputs["vectorStores"]["search"],
  "maxNumResults" | "filters" | "scoreThreshold" | "weights"
>;

export const START_SETTINGS: LabSettings = {
  weighting: "store",
  vectorWeight: "1",
  keywordWeight: "1",
  threshold: "",
  count: "10",
  filter: null,
  draft: { join: "and", lines: [] },
};

/** What is wrong with the numbers of a form; null when it can be searched with. */
export function problemOfSettings(settings: LabSettings): string | null {
  const ofWeights =
    settings.weighting === "custom" ? weightsProblem(settings.vectorWeight, settings.keywordWeight) : null;
  if (ofWeights) return ofWeights;
  const threshold = Number(settings.threshold);
  return threshold >= 0 && threshold <= 1 ? null : "The least score is a number from 0 to 1.";
}

/** The form as the search's input. */
export function toSearchSettings(settings: LabSettings): SearchSettings {
  const weights = { embedding: Number(settings.vectorWeight), text: Number(settings.keywordWeight) };
  return {
    maxNumResults: Number(settings.count),
    filters: settings.filter ?? null,
    ...(settings.threshold.trim() === "" ? {} : { scoreThreshold: Number(settings.threshold) }),
    ...(settings.weighting === "custom" ? { weights } : {}),
  };
}
