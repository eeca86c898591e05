import { type CellObject, type DenseWorkSheet, read, type WorkBook } from "@e965/xlsx";
import { DocumentRefused, type ParsedText, passwordRefusal } from "#server/retrieval/parse/document";
import { normaliseInline } from "#server/retrieval/parse/normalise";
import { MAX_COLUMNS, TableWriter } from "#server/retrieval/parse/table-writer";
import { TextBuilder } from "#server/retrieval/parse/text-builder";

/** Rows of one sheet. A single stray cell further down is left out; a table that goes on is refused. */
const MAX_ROWS = 100_000;

/**
 * Reads every sheet of a workbook, whose zip, if it is one, has been checked: its name as a heading, its cells as they are
 * shown.
 */
export function parseXlsx(bytes: Uint8Array): ParsedText {
  const workbook = open(bytes);
  const builder = new TextBuilder();
  for (const name of workbook.SheetNames) {
    const sheet = workbook.Sheets[name];
    // Reading is asked for in this form below; charts and macro sheets have no cells.
    if (sheet !== undefined && "!data" in sheet) writeSheet(builder, name, sheet as DenseWorkSheet);
  }
  return builder.result();
}

function open(bytes: Uint8Array): WorkBook {
  try {
    return read(bytes, {
      type: "array",
      // Rows as arrays with holes: what a sheet claims as its size (`!ref`) then costs nothing and is not looked at.
      dense: true,
      sheetRows: MAX_ROWS + 1,
      cellDates: true,
      UTC: true,
      cellFormula: false,
      cellHTML: false,
    });
  } catch (error) {
    // SheetJS names no codes.
    if (error instanceof Error && /password|encrypt/i.test(error.message)) throw passwordRefusal("The workbook");
    throw new DocumentRefused("corrupt", "The workbook is damaged and cannot be read.", { cause: error });
  }
}

function writeSheet(builder: TextBuilder, name: string, sheet: DenseWorkSheet): void {
  const rows: (CellObject[] | undefined)[] = sheet["!data"];
  if (rows[MAX_ROWS - 1] !== undefined && rows[MAX_ROWS] !== undefined) {
    throw new DocumentRefused("too_large", `The sheet '${name}' has more than ${MAX_ROWS.toLocaleString("en")} rows.`);
  }
  if (!rows.some((row) => row !== undefined)) return;
  builder.heading({ level: 1, title: normaliseInline(name) });
  const table = new TableWriter(builder);
  // forEach passes over holes, a loop by index would not.
  rows.forEach((row) => {
    if (row !== undefined) table.add(textsOf(row));
  });
  table.end();
}

function textsOf(row: readonly (CellObject | undefined)[]): string[] {
  const texts: string[] = [];
  row.forEach((cell, column) => {
    if (column >= MAX_COLUMNS || cell === undefined) return;
    while (texts.length < column) texts.push("");
    texts.push(textOf(cell));
  });
  return texts;
}

function textOf(cell: CellObject): string {
  if (cell.v instanceof Date) {
    const [day = "", time = ""] = Number.isNaN(cell.v.getTime()) ? [cell.w] : cell.v.toISOString().split("T");
    return time === "" || time.startsWith("00:00:00") ? day : `${day} ${time.slice(0, 8)}`;
  }
  return cell.w ?? String(cell.v ?? "");
}
