"use client";
import { useCallback, useMemo } from "react";
import { CitationChip } from "#components/items/citation-chip";
import { citedText } from "#components/items/cited-text";
import { citedPassage, sentenceBefore } from "#components/items/passages";
import { Markdown } from "#components/markdown/markdown";
import type { OutputTextPart } from "#server/protocol/content";
import type { FileSearchResult } from "#server/protocol/items";

export interface TextPartProps {
  part: OutputTextPart;
  passages: readonly FileSearchResult[];
  vectorStoreId?: string | null;
}

/** A model's text as Markdown, its citations as chips where they stand. */
export function TextPart({ part, passages, vectorStoreId }: TextPartProps) {
  const { text, annotations } = part;
  const cited = useMemo(() => citedText(text, annotations), [text, annotations]);
  const renderCitation = useCallback(
    (number: number) => {
      const citation = annotations[number];
      if (!citation) return null;
      const passage = citation.type === "file_citation" ? citedPassage(citation, text, passages) : null;
      const quote = citation.type === "file_citation" ? sentenceBefore(text, citation.index) : "";
      return <CitationChip {...{ citation, passage, quote, vectorStoreId }} number={number + 1} />;
    },
    [annotations, text, passages, vectorStoreId],
  );
  return <Markdown text={cited.text} citations={cited.places} renderCitation={renderCitation} />;
}
