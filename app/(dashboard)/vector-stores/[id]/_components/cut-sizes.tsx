import type { ChunkingStrategy } from "#server/protocol/vector-stores";

/** How a file is to be cut, while it is being typed. */
export interface CutDraft {
  type: "auto" | "static";
  size: string;
  overlap: string;
}

/** The bounds of the API, in tokens. */
export const cutLimits = { smallest: 100, largest: 4096 };

/** What is wrong with a draft's sizes, in words, or null. */
export function problemsOfCut({ type, size, overlap }: CutDraft): { size: string | null; overlap: string | null } {
  if (type === "auto") return { size: null, overlap: null };
  const tokens = wholeNumber(size);
  const { smallest, largest } = cutLimits;
  if (tokens === null || tokens < smallest || tokens > largest) {
    return { size: `A whole number from ${smallest} to ${largest}.`, overlap: null };
  }
  const shared = wholeNumber(overlap);
  const most = Math.floor(tokens / 2);
  return { size: null, overlap: shared === null || shared > most ? `A whole number from 0 to ${most}.` : null };
}

/** The strategy that a draft without problems stands for. */
export function strategyOf({ type, size, overlap }: CutDraft): ChunkingStrategy {
  if (type === "auto") return { type };
  return { type, static: { max_chunk_size_tokens: Number(size), chunk_overlap_tokens: Number(overlap) } };
}

/** The number that digits stand for, or null where something else was typed. */
export function wholeNumber(text: string): number | null {
  return /^\d{1,6}$/.test(text.trim()) ? Number(text) : null;
}
