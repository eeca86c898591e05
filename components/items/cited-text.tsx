import type { Annotation } from "#server/protocol/content";

/** A link that a citation of a page spans, as OpenAI and we write it, with the space before it. */
const LINK = /^ ?\(\[[^\]]*\]\([^)\s]*\)\)$/;

export interface CitedText {
  text: string;
  /** Where the citations stand in it, one for each. */
  places: { index: number }[];
}

/** What stands before the address in a Markdown link, of a picture too. */
const LINK_START = /!?\[[^\]]*\]\($/;

interface Span {
  start: number;
  end: number;
}

/** The link that says no more than its citation's chip: the one that it spans, or whose address leads to its file. */
function linkOf(text: string, citation: Annotation): Span | null {
  if (citation.type === "url_citation") {
    const start = text[citation.start_index - 1] === " " ? citation.start_index - 1 : citation.start_index;
    return LINK.test(text.slice(start, citation.end_index)) ? { start, end: citation.end_index } : null;
  }
  if (citation.type !== "container_file_citation" || text[citation.end_index] !== ")") return null;
  const before = LINK_START.exec(text.slice(0, citation.start_index));
  return before && { start: before.index, end: citation.end_index + 1 };
}

/** A text without the links that say no more than the citations in them: chips take their place. */
export function citedText(text: string, annotations: readonly Annotation[]): CitedText {
  const found = annotations.map((each) => linkOf(text, each));
  const links = found.filter((link) => link !== null);
  const placeOf = (index: number) =>
    index - links.reduce((cut, { start, end }) => cut + (end <= index ? end - start : 0), 0);
  let from = 0;
  const kept = links.map(({ start, end }) => {
    const piece = text.slice(from, start);
    from = end;
    return piece;
  });
  return {
    text: kept.join("") + text.slice(from),
    places: annotations.map((each, at) => ({
      index: placeOf(found[at]?.end ?? ("index" in each ? each.index : each.end_index)),
    })),
  };
}
