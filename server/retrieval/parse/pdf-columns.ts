/** A piece of a page's text: its edges, base line and font size in points. */
export interface PlacedText {
  text: string;
  left: number;
  right: number;
  y: number;
  size: number;
}

/** Rows with text on both sides of a gutter: fewer may be anything. */
const MIN_ROWS = 6;
/** Resolution in which a gutter is looked for, in points. */
const STEP = 2;
/** A gutter is no narrower than so many font sizes. */
const MIN_GUTTER = 0.8;
/** Prose fills so much of its column's width, as a table's cells do not. */
const MIN_FILL = 0.6;
const MIN_CHARS = 20;

interface Row<Piece> {
  y: number;
  pieces: Piece[];
}

/**
 * The pieces of a page set in columns but stored row by row, in reading order: each column from top to bottom, between the
 * lines that go across. null for any other page.
 */
export function inColumns<Piece extends PlacedText>(pieces: readonly Piece[]): Piece[] | null {
  const rows = toRows(pieces.filter((piece) => piece.text.trim() !== ""));
  const gutter = findGutter(rows);
  if (gutter === null || !isProse(rows, gutter) || !isInterleaved(rows, { pieces, gutter })) return null;
  const ordered: Piece[] = [];
  let left: Piece[] = [];
  let right: Piece[] = [];
  const endBand = () => {
    ordered.push(...(inColumns(left) ?? left), ...(inColumns(right) ?? right));
    left = [];
    right = [];
  };
  for (const row of rows) {
    if (row.pieces.some((piece) => crosses(piece, gutter))) {
      endBand();
      ordered.push(...row.pieces);
    } else for (const piece of row.pieces) (piece.right <= gutter ? left : right).push(piece);
  }
  endBand();
  return ordered;
}

/** Lines from the top of the page, each from left to right. */
function toRows<Piece extends PlacedText>(pieces: readonly Piece[]): Row<Piece>[] {
  const rows: Row<Piece>[] = [];
  for (const piece of [...pieces].sort((a, b) => b.y - a.y)) {
    const row = rows.at(-1);
    if (row !== undefined && row.y - piece.y < Math.max(piece.size, 1) / 2) row.pieces.push(piece);
    else rows.push({ y: piece.y, pieces: [piece] });
  }
  for (const row of rows) row.pieces.sort((a, b) => a.left - b.left);
  return rows;
}

/** Where, near the middle, most lines have text on both sides and few go across. */
function findGutter(rows: readonly Row<PlacedText>[]): number | null {
  const all = rows.flatMap((row) => row.pieces);
  const from = all.reduce((least, piece) => Math.min(least, piece.left), Number.POSITIVE_INFINITY);
  const width = all.reduce((most, piece) => Math.max(most, piece.right), 0) - from;
  let best = { at: from, rows: 0, wide: 0 };
  for (let at = from + width / 4; at <= from + (width * 3) / 4; at += STEP) {
    const split = rows.filter((row) => isSplit(row, at)).length;
    const across = rows.filter((row) => row.pieces.some((piece) => crosses(piece, at))).length;
    if (split < MIN_ROWS || across > split / 2) continue;
    if (best.rows === split && at - best.at <= best.wide + STEP) best.wide += STEP;
    else if (split > best.rows) best = { at, rows: split, wide: STEP };
  }
  const sizes = all.map((piece) => piece.size).sort((a, b) => a - b);
  const size = sizes[sizes.length >> 1] ?? 0;
  return best.rows === 0 || best.wide < size * MIN_GUTTER ? null : best.at + best.wide / 2;
}

function crosses(piece: PlacedText, gutter: number): boolean {
  return piece.left < gutter && piece.right > gutter;
}

function isSplit({ pieces }: Row<PlacedText>, gutter: number): boolean {
  const [first] = pieces;
  const last = pieces.at(-1);
  if (first === undefined || last === undefined || first.right > gutter || last.left < gutter) return false;
  return !pieces.some((piece) => crosses(piece, gutter));
}

/** True when both sides of most lines are filled as running text fills them. */
function isProse(rows: readonly Row<PlacedText>[], gutter: number): boolean {
  const split = rows.filter((row) => isSplit(row, gutter));
  const pieces = split.flatMap((row) => row.pieces);
  const edges = {
    left: pieces.reduce((least, piece) => Math.min(least, piece.left), gutter),
    right: pieces.reduce((most, piece) => Math.max(most, piece.right), gutter),
  };
  const filled = split.filter((row) => {
    const left = row.pieces.filter((piece) => piece.right <= gutter);
    const right = row.pieces.filter((piece) => piece.right > gutter);
    return isFilled(left, gutter - edges.left) && isFilled(right, edges.right - gutter);
  });
  return filled.length > split.length / 2;
}

function isFilled(pieces: readonly PlacedText[], width: number): boolean {
  const filled = pieces.reduce((sum, piece) => sum + piece.right - piece.left, 0);
  return filled > width * MIN_FILL && pieces.reduce((sum, piece) => sum + piece.text.length, 0) >= MIN_CHARS;
}

/** True when the file goes from left to right in most lines, instead of down each column. */
function isInterleaved<Piece extends PlacedText>(
  rows: readonly Row<Piece>[],
  stored: { pieces: readonly Piece[]; gutter: number },
): boolean {
  const split = rows.filter((row) => isSplit(row, stored.gutter));
  const rowOf = new Map(split.flatMap((row) => row.pieces.map((piece) => [piece, row] as const)));
  let crossings = 0;
  let before: Piece | null = null;
  for (const piece of stored.pieces) {
    if (!rowOf.has(piece)) continue;
    if (before !== null && rowOf.get(before) === rowOf.get(piece)) {
      if (before.right <= stored.gutter !== piece.right <= stored.gutter) crossings++;
    }
    before = piece;
  }
  return crossings > split.length / 2;
}
