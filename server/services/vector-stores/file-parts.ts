/** Characters of a document without pages that are shown at once. */
const PART_CHARS = 20_000;
/** How far a part may grow to end with a line. */
const SLACK_CHARS = 2_000;

/** A span of a document's text, in UTF-16 units. */
export interface DocumentPart {
  /** Counted from 0. */
  index: number;
  count: number;
  page: number | null;
  start: number;
  end: number;
}

/** The part of a document that holds a place: its page, or, of a document without pages, a stretch of whole lines. */
export function partAt(
  document: { text: string; pages: { page: number; start: number; end: number }[] },
  at: number,
): DocumentPart {
  const { text, pages } = document;
  if (pages.length > 0) {
    const after = pages.findIndex((page) => page.end > at);
    const index = after < 0 ? pages.length - 1 : after;
    const { page, start, end } = pages[index] ?? { page: 1, start: 0, end: text.length };
    return { index, count: pages.length, page, start, end };
  }
  const count = Math.max(1, Math.ceil(text.length / PART_CHARS));
  const nominal = Math.min(count - 1, Math.max(0, Math.floor(at / PART_CHARS)));
  // A part begins a little later than it should, so the place may be in the one before.
  const index = nominal > 0 && at < boundary(text, nominal) ? nominal - 1 : nominal;
  const end = index === count - 1 ? text.length : boundary(text, index + 1);
  return { index, count, page: null, start: boundary(text, index), end };
}

function boundary(text: string, index: number): number {
  if (index === 0) return 0;
  const wanted = Math.min(index * PART_CHARS, text.length);
  const line = text.indexOf("\n", wanted);
  return line < 0 || line - wanted > SLACK_CHARS ? wanted : line + 1;
}

/** Where each part of a document begins. */
export function partStarts(document: Parameters<typeof partAt>[0]): number[] {
  if (document.pages.length > 0) return document.pages.map((page) => page.start);
  const { count } = partAt(document, 0);
  return Array.from({ length: count }, (_, index) => boundary(document.text, index));
}
