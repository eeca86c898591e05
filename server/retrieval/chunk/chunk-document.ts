import { codeSymbols } from "#server/retrieval/chunk/code-symbols";
import { countTokens } from "#server/retrieval/chunk/count-tokens";
import { separatorsFor } from "#server/retrieval/chunk/separators";
import { rememberCounts, SpanSplitter, type TextSpan } from "#server/retrieval/chunk/span-splitter";
import { tableLeads } from "#server/retrieval/chunk/table-leads";
import { DocumentRefused, type Heading, type PageSpan, type ParsedDocument } from "#server/retrieval/parse/document";

/** Sizes in tokens of o200k_base. The overlap is at most half of the size. */
export interface ChunkSizes {
  maxChunkSizeTokens: number;
  chunkOverlapTokens: number;
}

/** One passage of a document: `document.text.slice(charStart, charEnd) === text`. */
export interface DocumentChunk {
  charStart: number;
  charEnd: number;
  text: string;
  /** White space between the passage before it on its page and this one; null where they touch, overlap or are far apart. */
  spaceBefore: string | null;
  page: number | null;
  /** Titles from the outermost heading inwards, in source code the names declared around it, joined by " › ". */
  headingPath: string;
  /** The header of the table that the passage begins in the middle of, or "". */
  lead: string;
  tokenCount: number;
}

export interface ChunkOptions extends ChunkSizes {
  filename: string;
  /** A document of more tokens is refused as `too_large`. */
  maxDocumentTokens: number;
}

/** Characters per token to look back for an overlap: longer words than this do not fit it anyway. */
const LOOK_BACK_CHARS = 12;
/** Characters of white space that passages are still joined over. */
const MAX_SPACE = 200;

/**
 * Cuts a document into passages of at most `maxChunkSizeTokens`. No passage crosses a page or ends with a heading
 * that belongs to the next. With an overlap, each passage but a page's first begins with up to that many tokens of the
 * one before. Throws DocumentRefused `too_large`.
 */
export async function chunkDocument(document: ParsedDocument, options: ChunkOptions): Promise<DocumentChunk[]> {
  const tokensOf = rememberCounts(countTokens);
  const splitter = new SpanSplitter({
    maxTokens: options.maxChunkSizeTokens - options.chunkOverlapTokens,
    separators: separatorsFor(document.kind, options.filename),
    countTokens: tokensOf,
  });
  const headings = document.kind === "code" ? codeSymbols(document.text) : document.headings;
  const headingPathAt = headingPaths(headings);
  const leadAt = tableLeads(document.text);
  const chunks: DocumentChunk[] = [];
  let tokens = 0;
  for (const segment of segmentsOf(document)) {
    const spans = await splitter.splitSpans(document.text.slice(segment.start, segment.end));
    const placed = spans.map((span) => ({ start: span.start + segment.start, end: span.end + segment.start }));
    let ended: number | null = null;
    for (const [index, span] of moveHeadings(placed, { ...document, headings }, options).entries()) {
      const overlap = { span, floor: segment.start, options, tokensOf };
      const start = index === 0 ? span.start : withOverlap(document.text, overlap);
      const text = document.text.slice(start, span.end);
      const tokenCount = tokensOf(text);
      chunks.push({
        charStart: start,
        charEnd: span.end,
        text,
        spaceBefore: ended === null ? null : spaceBetween(document.text, ended, start),
        page: segment.page,
        headingPath: headingPathAt(span.start),
        lead: document.kind === "code" ? "" : leadAt(start),
        tokenCount,
      });
      ended = span.end;
      tokens += tokenCount;
      if (tokens > options.maxDocumentTokens) throw tooManyTokens(options.maxDocumentTokens);
    }
  }
  return chunks;
}

function spaceBetween(text: string, end: number, start: number): string | null {
  return start > end && start - end <= MAX_SPACE ? text.slice(end, start) : null;
}

/** Moves a heading that a span ends with to the span after it, where it fits. */
function moveHeadings(spans: readonly TextSpan[], document: ParsedDocument, sizes: ChunkSizes): TextSpan[] {
  const moved = spans.map((span) => ({ ...span }));
  const room = sizes.maxChunkSizeTokens - sizes.chunkOverlapTokens;
  for (const [index, span] of moved.entries()) {
    const next = moved[index + 1];
    const lastLine = document.text.lastIndexOf("\n", span.end - 1) + 1;
    if (next === undefined || lastLine <= span.start || !startsHeading(document.headings, lastLine)) continue;
    if (countTokens(document.text.slice(lastLine, next.end)) > room) continue;
    next.start = lastLine;
    span.end = span.start + document.text.slice(span.start, lastLine).trimEnd().length;
  }
  return moved;
}

/** True when a heading begins at `place`; headings are in order, so this halves. */
function startsHeading(headings: readonly Heading[], place: number): boolean {
  let low = 0;
  let high = headings.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((headings[middle]?.start ?? 0) < place) low = middle + 1;
    else high = middle;
  }
  return headings[low]?.start === place;
}

function segmentsOf(document: ParsedDocument): (Omit<PageSpan, "page"> & { page: number | null })[] {
  if (document.pages.length > 0) return document.pages;
  return [{ page: null, start: 0, end: document.text.length }];
}

/** Where the span begins once whole words of the text before it fill the overlap. */
function withOverlap(
  text: string,
  cut: { span: TextSpan; floor: number; options: ChunkSizes; tokensOf: (text: string) => number },
): number {
  const { span, floor, options, tokensOf } = cut;
  let room = options.chunkOverlapTokens;
  if (room === 0) return span.start;
  const from = Math.max(floor, span.start - room * LOOK_BACK_CHARS);
  // White space counts with the word after it, as the tokenizer has it.
  const words = [...text.slice(from, span.start).matchAll(/\s*\S+/g)];
  // The first match may begin inside a word.
  const first = from > floor && /\S/.test(text[from - 1] ?? " ") ? 1 : 0;
  let start = span.start;
  for (let index = words.length - 1; index >= first; index--) {
    const word = words[index];
    if (word === undefined) break;
    room -= tokensOf(word[0]);
    if (room < 0) break;
    start = from + word.index + word[0].search(/\S/);
  }
  while (start < span.start && countTokens(text.slice(start, span.end)) > options.maxChunkSizeTokens) {
    const next = /^\S+\s+/.exec(text.slice(start, span.start));
    start = next === null ? span.start : start + next[0].length;
  }
  return start;
}

/** Answers with the titles above a place, for places that come in rising order. */
function headingPaths(headings: readonly Heading[]): (place: number) => string {
  const open: Heading[] = [];
  let next = 0;
  return (place) => {
    for (let heading = headings[next]; heading !== undefined && heading.start <= place; heading = headings[++next]) {
      const { level } = heading;
      while ((open.at(-1)?.level ?? 0) >= level) open.pop();
      open.push(heading);
    }
    return open.map((heading) => heading.title).join(" › ");
  };
}

function tooManyTokens(limit: number): DocumentRefused {
  return new DocumentRefused("too_large", `The file holds more than ${limit.toLocaleString("en")} tokens of text.`);
}
