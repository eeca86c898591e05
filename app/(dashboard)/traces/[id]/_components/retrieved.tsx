import { citedPassage } from "#components/items/passages";
import type { FileSearchResult, Item } from "#server/protocol/items";

/** A passage as a search span recorded it. */
export interface Retrieved extends FileSearchResult {
  page: number | null;
  vectorScore: number | null;
  keywordScore: number | null;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function numberOrNull(value: unknown): number | null {
  return typeof value === "number" ? value : null;
}

function toRetrieved(value: unknown): Retrieved[] {
  if (!isObject(value) || typeof value.text !== "string" || typeof value.score !== "number") return [];
  return [
    {
      file_id: String(value.file_id ?? value.fileId ?? ""),
      filename: String(value.filename ?? ""),
      text: value.text,
      score: value.score,
      attributes: {},
      page: numberOrNull(value.page),
      vectorScore: numberOrNull(value.vector_score ?? value.vectorScore),
      keywordScore: numberOrNull(value.keyword_score ?? value.keywordScore),
    },
  ];
}

/** The passages in a search span's content, best first; empty when it holds none. */
export function readRetrieved(content: Record<string, unknown> | null): Retrieved[] {
  const list = content?.results ?? content?.chunks ?? content?.hits;
  return Array.isArray(list) ? list.flatMap(toRetrieved) : [];
}

/** The queries in a search span's content. */
export function readQueries(content: Record<string, unknown> | null): string[] {
  const list = content?.queries ?? content?.query;
  if (typeof list === "string") return [list];
  return Array.isArray(list) ? list.filter((each) => typeof each === "string") : [];
}

/** Those of the passages that the answer's citations rest on. */
export function citedAmong(passages: readonly Retrieved[], output: readonly Item[]): Set<FileSearchResult> {
  const cited = new Set<FileSearchResult>();
  for (const item of output) {
    if (item.type !== "message") continue;
    for (const part of item.content) {
      if (part.type !== "output_text") continue;
      for (const annotation of part.annotations ?? []) {
        const passage = annotation.type === "file_citation" ? citedPassage(annotation, part.text, passages) : null;
        if (passage) cited.add(passage);
      }
    }
  }
  return cited;
}
