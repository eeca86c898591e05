import type { Annotation } from "#server/protocol/content";

/** A link that a citation of a page spans, as OpenAI and we write it, with the space before it. */
const LINK = /^ ?\(\[[^\]]*\]\([^)\s]*\)\)$/;

export interface CitedText {
  text: string;
  /** Where the citations stand in it, one for each. */
  places: { index: number }[];
}

/** A text without the links that say no more than the citation that spans them: a chip takes their place. */
export function citedText(text: string, annotations: readonly Annotation[]): CitedText {
  const links = annotations.flatMap((each) => {
    if (each.type !== "url_citation") return [];
    const start = text[each.start_index - 1] === " " ? each.start_index - 1 : each.start_index;
    return LINK.test(text.slice(start, each.end_index)) ? [{ start, end: each.end_index }] : [];
  });
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
    places: annotations.map((each) => ({ index: placeOf("index" in each ? each.index : each.end_index) })),
  };
}
