import { parse } from "csv-parse/sync";
import type { ParsedText } from "#server/retrieval/parse/document";
import { normaliseText } from "#server/retrieval/parse/normalise";
import { TableWriter } from "#server/retrieval/parse/table-writer";
import { TextBuilder } from "#server/retrieval/parse/text-builder";

const DELIMITERS = [",", ";", "\t", "|"] as const;
/** Lines from which the delimiter is told. */
const SAMPLE_LINES = 10;

/**
 * Reads comma, semicolon or tab separated values; which of them, the first lines say. What no such table can be made
 * of stays the text that it is.
 */
export function parseCsv(decoded: string): ParsedText {
  const text = normaliseText(decoded);
  const delimiter = delimiterOf(text);
  const table = delimiter === null ? null : readTable(text, delimiter);
  return { text: table ?? text, pages: [], headings: [] };
}

function readTable(text: string, delimiter: string): string | null {
  const builder = new TextBuilder();
  const table = new TableWriter(builder);
  try {
    parse(text, {
      delimiter,
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
      // Written as it comes and kept nowhere: as arrays, a table takes ten times its text.
      on_record: (record: string[]) => {
        table.add(record);
        return null;
      },
    });
  } catch (error) {
    if (error instanceof Error && "code" in error && String(error.code).startsWith("CSV_")) return null;
    throw error;
  }
  table.end();
  return builder.toString();
}

/** The delimiter that every one of the first lines has the most of; null when none has. Quoted text does not count. */
function delimiterOf(text: string): string | null {
  const sample = text
    .slice(0, 64 * 1024)
    .replace(/"(?:[^"]|"")*"/g, "")
    .split("\n")
    .filter((line) => line.trim() !== "")
    .slice(0, SAMPLE_LINES);
  const counts = DELIMITERS.map((delimiter) => {
    const perLine = sample.map((line) => line.split(delimiter).length - 1);
    // A title above the table has none of them.
    const having = perLine.filter((count) => count > 0);
    return { delimiter, score: having.length * 2 > perLine.length ? Math.min(...having) * having.length : 0 };
  });
  const best = counts.reduce((a, b) => (b.score > a.score ? b : a));
  return best.score > 0 ? best.delimiter : null;
}
