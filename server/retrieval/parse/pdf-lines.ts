import { normaliseInline } from "#server/retrieval/parse/normalise";
import { inColumns } from "#server/retrieval/parse/pdf-columns";
import { CELL_BREAK } from "#server/retrieval/parse/table-writer";

/** A piece of text as pdf.js reports it. `transform` is `[a, b, c, d, x, y]`, y growing upwards. */
export interface PdfItem {
  str: string;
  transform: number[];
  width: number;
  hasEOL: boolean;
}

/** One line of a page. Sizes and places in points. */
export interface PdfLine {
  text: string;
  /** Left and right edge. */
  left: number;
  right: number;
  /** Base line above the page's bottom. */
  y: number;
  /** The largest font size in the line. */
  size: number;
}

/** A gap of this many font sizes between two pieces is a space, and a wider one a column of a table. */
const SPACE_GAP = 0.15;
const COLUMN_GAP = 2.5;
/** Pieces this close in height, in font sizes, stand on one line. */
const SAME_LINE = 0.5;
/** A page whose lines jump upwards this often is not stored in reading order. */
const DISORDER = 0.15;

/**
 * The lines of a page in reading order: as stored, unless columns are stored row by row, or the stored order jumps about;
 * then by place.
 */
export function toLines(items: readonly PdfItem[]): PdfLine[] {
  const pieces = items.map(toPiece);
  const columns = inColumns(pieces);
  const lines = joinItems(columns ?? pieces);
  const ordered = columns === null && isDisordered(lines) ? byPlace(lines) : lines;
  return ordered.map((line) => ({ ...line, text: normaliseInline(line.text) })).filter((line) => line.text !== "");
}

interface Piece extends PdfLine {
  endsLine: boolean;
}

function toPiece(item: PdfItem): Piece {
  const [a = 0, b = 0, , , x = 0, y = 0] = item.transform;
  const size = Math.hypot(a, b);
  return { text: item.str, left: x, right: x + item.width, y, size, endsLine: item.hasEOL };
}

function joinItems(pieces: readonly Piece[]): PdfLine[] {
  const lines: PdfLine[] = [];
  let current: PdfLine | null = null;
  let ended = true;
  let spaced = false;
  for (const piece of pieces) {
    // Stored spaces have made-up widths: they say that there is a gap, not how wide it is.
    if (piece.text.trim() === "") {
      ended ||= piece.endsLine;
      spaced ||= piece.text !== "";
      continue;
    }
    if (current !== null && (ended ? isNextCell(current, piece) : continuesLine(current, piece))) {
      current.text += gapBetween({ line: current, piece, spaced }) + piece.text;
      current.right = Math.max(current.right, piece.right);
      current.size = Math.max(current.size, piece.size);
    } else {
      current = { text: piece.text, left: piece.left, right: piece.right, y: piece.y, size: piece.size };
      lines.push(current);
    }
    ended = piece.endsLine;
    spaced = false;
  }
  return lines;
}

function continuesLine(line: PdfLine, piece: Piece): boolean {
  const size = Math.max(line.size, piece.size, 1);
  return Math.abs(line.y - piece.y) < size * SAME_LINE && piece.left > line.right - size * 2;
}

/** pdf.js ends a line after each cell of a table row, too. */
function isNextCell(line: PdfLine, piece: Piece): boolean {
  const size = Math.max(line.size, piece.size, 1);
  return Math.abs(line.y - piece.y) < size * SAME_LINE && piece.left > line.right;
}

function gapBetween(between: { line: PdfLine; piece: Piece; spaced: boolean }): string {
  const { line, piece, spaced } = between;
  const gap = piece.left - line.right;
  const size = Math.max(line.size, piece.size, 1);
  if (gap > size * COLUMN_GAP) return CELL_BREAK;
  if (/\s$/.test(line.text) || /^\s/.test(piece.text)) return "";
  return spaced || gap > size * SPACE_GAP ? " " : "";
}

function isDisordered(lines: readonly PdfLine[]): boolean {
  let jumps = 0;
  for (let index = 1; index < lines.length; index++) {
    const before = lines[index - 1];
    const line = lines[index];
    if (before === undefined || line === undefined) continue;
    const overlap = Math.min(before.right, line.right) - Math.max(before.left, line.left);
    if (line.y > before.y + before.size && overlap > 0) jumps++;
  }
  return jumps > 3 && jumps > lines.length * DISORDER;
}

/** Top to bottom, left to right; what stands side by side becomes one line. */
function byPlace(lines: readonly PdfLine[]): PdfLine[] {
  const sorted = [...lines].sort((a, b) => b.y - a.y || a.left - b.left);
  const rows: PdfLine[][] = [];
  for (const line of sorted) {
    const row = rows.at(-1);
    const first = row?.[0];
    if (row && first && Math.abs(first.y - line.y) < Math.max(first.size, line.size, 1) * SAME_LINE) row.push(line);
    else rows.push([line]);
  }
  return rows.map(joinRow);
}

function joinRow(row: readonly PdfLine[]): PdfLine {
  const ordered = [...row].sort((a, b) => a.left - b.left);
  const joined: PdfLine = { text: "", left: Number.POSITIVE_INFINITY, right: Number.NEGATIVE_INFINITY, y: 0, size: 0 };
  for (const line of ordered) {
    const wide = joined.text !== "" && line.left - joined.right > Math.max(line.size, 1) * COLUMN_GAP;
    joined.text += joined.text === "" ? line.text : (wide ? CELL_BREAK : " ") + line.text;
    joined.left = Math.min(joined.left, line.left);
    joined.right = Math.max(joined.right, line.right);
    joined.y = line.y;
    joined.size = Math.max(joined.size, line.size);
  }
  return joined;
}
