import type { PdfLine } from "#server/retrieval/parse/pdf-lines";
import { CELL_BREAK } from "#server/retrieval/parse/table-writer";

/** A paragraph or heading of a page. */
export interface PdfBlock {
  text: string;
  /** Font size, rounded to half a point. */
  size: number;
  heading: boolean;
}

/** Lines further apart than this many font sizes are two paragraphs. */
const PARAGRAPH_GAP = 1.65;
/** A first line set in by more than this many font sizes begins a paragraph. */
const INDENT = 0.9;
/** A heading is at least this much larger than the text. */
const HEADING_SIZE = 1.1;
const MAX_HEADING_CHARS = 200;
const MAX_LEVELS = 4;

const LIST_ITEM = /^([•◦▪‣·–—*-]|\(?\d{1,3}[.)]|\(?[a-z][.)])\s/i;

/** The font size that most of the text is set in. */
export function bodySizeOf(lines: readonly PdfLine[]): number {
  const chars = new Map<number, number>();
  for (const line of lines) chars.set(roundSize(line.size), (chars.get(roundSize(line.size)) ?? 0) + line.text.length);
  return [...chars].sort((a, b) => b[1] - a[1])[0]?.[0] ?? 0;
}

/** Joins the lines of a page into paragraphs and marks those that are headings. */
export function toBlocks(lines: readonly PdfLine[], bodySize: number): PdfBlock[] {
  const groups: PdfLine[][] = [];
  for (const line of lines) {
    const group = groups.at(-1);
    const before = group?.at(-1);
    if (group && before && !startsParagraph(before, line)) group.push(line);
    else groups.push([line]);
  }
  return groups.map((group) => {
    const size = roundSize(Math.max(...group.map((line) => line.size)));
    const text = joinLines(group);
    return { text, size, heading: isHeading(text, size, bodySize) };
  });
}

/** The heading level of each size that headings are set in: the largest is 1. */
export function headingLevels(blocks: readonly PdfBlock[]): Map<number, number> {
  const sizes = [...new Set(blocks.filter((block) => block.heading).map((block) => block.size))].sort((a, b) => b - a);
  return new Map(sizes.map((size, index) => [size, Math.min(index + 1, MAX_LEVELS)]));
}

function startsParagraph(before: PdfLine, line: PdfLine): boolean {
  const size = Math.max(before.size, line.size, 1);
  if (Math.abs(before.size - line.size) > size * 0.08) return true;
  const drop = before.y - line.y;
  // Upwards is the next column, where a sentence may go on.
  if (drop < -size) return !/^[a-z]/.test(line.text) || /[.!?:]$/.test(before.text);
  if (drop > size * PARAGRAPH_GAP) return true;
  return line.left - before.left > size * INDENT || LIST_ITEM.test(line.text);
}

/** Of what may be broken at a line's end. */
const LONGEST_WORD = 60;

/** One paragraph of several lines. A word broken at a line's end is put together; a hyphen that belongs there stays. */
function joinLines(lines: readonly PdfLine[]): string {
  let text = "";
  for (const line of lines) {
    const broken = /(\p{L}{2,})-$/u.exec(text.slice(-LONGEST_WORD));
    const rest = /^\p{Ll}+/u.exec(line.text);
    if (text === "") text = line.text;
    else if (line.text.includes(CELL_BREAK)) text += `\n${line.text}`;
    else if (broken?.[1] !== undefined && rest !== null) text = joinWord({ text, first: broken[1], next: line.text });
    else text += ` ${line.text}`;
  }
  return text;
}

/** Words that keep their hyphen: what stands before it is a word that forms compounds. */
const COMPOUND =
  /^(non|self|well|peer|proof|third|double|first|second|long|short|high|low|real|full|cross|multi|pre|re|co|ex|so|to|of|by|in|on|one|two|end|end-to|state)$/i;

function joinWord(parts: { text: string; first: string; next: string }): string {
  return (COMPOUND.test(parts.first) ? parts.text : parts.text.slice(0, -1)) + parts.next;
}

function isHeading(text: string, size: number, bodySize: number): boolean {
  if (size < bodySize * HEADING_SIZE || text.length > MAX_HEADING_CHARS || !/\p{L}{3}/u.test(text)) return false;
  // Formulas are set large too: a heading is mostly letters.
  return text.replaceAll(/\P{L}/gu, "").length > text.replaceAll(/\s/g, "").length * 0.6;
}

function roundSize(size: number): number {
  return Math.round(size * 2) / 2;
}
