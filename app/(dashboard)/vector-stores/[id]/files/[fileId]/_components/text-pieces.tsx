/** A half-open span of a document's text. */
export interface Span {
  start: number;
  end: number;
}

export interface TextPiece extends Span {
  /** Ids of the passages that hold it; several where they share tokens. */
  chunkIds: string[];
  found: boolean;
}

/**
 * Cuts a part of the text wherever a passage or the found place begins or ends, so that each piece is inside of each or
 * outside. Together they are the part.
 */
export function cutIntoPieces(
  part: Span,
  chunks: readonly { id: string; charStart: number; charEnd: number }[],
  place: Span | null,
): TextPiece[] {
  const cuts = new Set([part.start, part.end]);
  const spans = chunks.map((chunk) => ({ id: chunk.id, start: chunk.charStart, end: chunk.charEnd }));
  for (const { start, end } of place ? [...spans, place] : spans) {
    for (const cut of [start, end]) if (cut > part.start && cut < part.end) cuts.add(cut);
  }
  const sorted = [...cuts].toSorted((a, b) => a - b);
  return sorted.slice(1).map((end, at) => {
    const start = sorted[at] ?? part.start;
    const holds = (span: Span) => span.start <= start && span.end >= end;
    return {
      ...{ start, end, found: place !== null && holds(place) },
      chunkIds: spans.filter(holds).map((span) => span.id),
    };
  });
}
