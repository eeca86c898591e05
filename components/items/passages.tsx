import type { FileCitation } from "#server/protocol/content";
import type { FileSearchResult, Item } from "#server/protocol/items";

const word = /[\p{L}\p{N}]{3,}/gu;

/** Every passage that file searches among the items found, in their order. */
export function passagesOf(items: readonly Item[]): FileSearchResult[] {
  return items.flatMap((item) => (item.type === "file_search_call" ? (item.results ?? []) : []));
}

/** The words before a citation, back to where the sentence or line begins. */
export function sentenceBefore(text: string, index: number): string {
  const before = text.slice(Math.max(0, index - 600), index).trimEnd();
  const start = Math.max(before.slice(0, -2).search(/[.!?\n][^.!?\n]*$/) + 1, 0);
  return before.slice(start).trim();
}

/**
 * The passage that a citation rests on: of those from the cited file, the one that shares most words with the
 * sentence before it. Null when the items carry no passage of that file.
 */
export function citedPassage(
  citation: FileCitation,
  text: string,
  passages: readonly FileSearchResult[],
): FileSearchResult | null {
  const words = new Set(sentenceBefore(text, citation.index).toLowerCase().match(word) ?? []);
  let best: { passage: FileSearchResult; shared: number } | null = null;
  for (const passage of passages) {
    if (passage.file_id !== citation.file_id) continue;
    const own = new Set(passage.text.toLowerCase().match(word) ?? []);
    const shared = [...words].filter((each) => own.has(each)).length;
    if (!best || shared > best.shared) best = { passage, shared };
  }
  return best?.passage ?? null;
}

const shortestQuote = 12;

/**
 * Where a passage holds the words of a quote, white space aside; an empty span when it does not. Of a sentence with
 * words in quotation marks only those count.
 */
export function findQuote(text: string, quote: string): { start: number; end: number } {
  const inner = /[“"]([^“”"]+)[”"]?\s*$/.exec(quote)?.[1] ?? quote;
  const words = inner.trim().split(/\s+/);
  if (words.join(" ").length < shortestQuote) return { start: 0, end: 0 };
  const pattern = words.map((each) => each.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("\\s+");
  const found = new RegExp(pattern, "i").exec(text);
  return found ? { start: found.index, end: found.index + found[0].length } : { start: 0, end: 0 };
}
