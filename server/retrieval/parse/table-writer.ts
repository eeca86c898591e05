import { countTokens } from "#server/retrieval/chunk/count-tokens";
import { normaliseInline } from "#server/retrieval/parse/normalise";
import type { TextBuilder } from "#server/retrieval/parse/text-builder";

/** Between two cells of a table row. */
export const CELL_BREAK = " | ";
/** Columns beyond these are not read: no table that anybody reads has them. */
export const MAX_COLUMNS = 512;

/** Rows among which the header is looked for: titles and notes may stand above it. */
const HEADER_WITHIN = 20;
/**
 * Tokens after which a new block of rows begins, under the header again: a little less than a passage has by default, so
 * that every passage names its columns.
 */
const BLOCK_TOKENS = 360;
/** A longer header stands once, or there would be more header than table. */
const MAX_HEADER_TOKENS = BLOCK_TOKENS / 2;

/**
 * Writes a table's rows as text, one line each, in blocks that each begin with the header. A row of numbers is no
 * header; without one the blocks have none.
 */
export class TableWriter {
  private readonly builder: TextBuilder;
  private waiting: string[][] | null = [];
  private header: string | null = null;
  private headerTokens = 0;
  private block: string[] = [];
  private blockTokens = 0;

  constructor(builder: TextBuilder) {
    this.builder = builder;
  }

  /** Adds a row; cells that are empty at its end, and rows that are empty, are left out. */
  add(values: readonly string[]): void {
    const cells = values.slice(0, MAX_COLUMNS).map(normaliseInline);
    const width = cells.findLastIndex((cell) => cell !== "") + 1;
    if (width === 0) return;
    const row = cells.slice(0, width);
    if (this.waiting === null) this.write(row);
    else if (this.waiting.push(row) >= HEADER_WITHIN) this.begin();
  }

  /** Writes what still waits. */
  end(): void {
    this.begin();
    this.flush();
  }

  private begin(): void {
    const rows = this.waiting ?? [];
    this.waiting = null;
    const at = headerIndex(rows);
    for (const [index, row] of rows.entries()) {
      this.write(row);
      if (index !== at) continue;
      // What stands above the header is a paragraph of its own; the header begins the first block.
      const header = this.block.pop() ?? "";
      this.flush();
      this.headerTokens = countTokens(header);
      if (this.headerTokens <= MAX_HEADER_TOKENS) this.header = header;
      else this.builder.block(header);
    }
  }

  private write(row: readonly string[]): void {
    const line = row.join(CELL_BREAK);
    // No token is shorter than a character, so a line of few need not be counted.
    const tokens = line.length < 8 ? line.length + 1 : countTokens(line) + 1;
    const header = this.header === null ? 0 : this.headerTokens + 1;
    if (header + this.blockTokens + tokens > BLOCK_TOKENS) this.flush();
    this.block.push(line);
    this.blockTokens += tokens;
  }

  private flush(): void {
    const lines = this.header === null ? this.block : [this.header, ...this.block];
    if (this.block.length > 0) this.builder.block(lines.join("\n"));
    this.block = [];
    this.blockTokens = 0;
  }
}

/** The first row that is about as wide as the table and holds words only; -1 when there is none. */
function headerIndex(rows: readonly string[][]): number {
  if (rows.length < 2) return -1;
  const filled = rows.map((row) => row.filter((cell) => cell !== "").length);
  const wide = Math.max(...filled) / 2;
  const at = filled.findIndex((count) => count >= wide);
  const row = rows[at];
  return row === undefined || at === rows.length - 1 || row.some(isNumber) ? -1 : at;
}

function isNumber(cell: string): boolean {
  return /^[-+(]?[\p{Sc}\s]*\d[\d\s.,']*[%)]?[\p{Sc}\s]*$/u.test(cell);
}
