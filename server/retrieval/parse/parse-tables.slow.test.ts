import { utils, write } from "@e965/xlsx";
import { afterEach, describe, expect, it } from "vitest";
import { parseConfig, setConfig } from "#server/config";
import { chunkDocument } from "#server/retrieval/chunk/chunk-document";
import { parseDocument } from "#server/retrieval/parse/parse-document";
import { runInWorker, stopReadWorkers } from "#server/retrieval/parse/worker-pool";
import { makeWorkbook, sheetCells } from "#tests/support/workbook";

const bytesOf = (text: string) => new TextEncoder().encode(text);

function workbookOf(sheets: Record<string, unknown[][]>): Uint8Array {
  const book = utils.book_new();
  for (const [name, rows] of Object.entries(sheets)) {
    utils.book_append_sheet(book, utils.aoa_to_sheet(rows, { UTC: true, cellDates: true }), name);
  }
  return write(book, { type: "buffer", bookType: "xlsx" });
}

const towns = [
  ["Town", "People", "Since"],
  ["Ulm", 126_405, new Date("2001-05-06T00:00:00Z")],
  ["Bonn", 331_885, null],
];
const long = [["Name", "Note"], ...Array.from({ length: 200 }, (_, index) => [`Row ${index}`, "lorem ipsum dolor"])];

describe("parseDocument: Excel", () => {
  it("reads every sheet under its name, whatever the file is called", async () => {
    const bytes = workbookOf({ "Towns 2024": towns, Empty: [], Notes: [["Nothing else to say."]] });
    const { kind, text, headings } = await parseDocument(bytes, "towns.docx");
    expect(kind).toBe("xlsx");
    expect(text).toBe(
      "# Towns 2024\n\nTown | People | Since\nUlm | 126405 | 2001-05-06\nBonn | 331885\n\n# Notes\n\nNothing else to say.",
    );
    expect(headings.map((heading) => heading.title)).toEqual(["Towns 2024", "Notes"]);
  });

  it("finds the header beneath a title and keeps the columns of rows with gaps", async () => {
    const rows = [["Report of May"], [], ["Town", "People", "Since"], ["Ulm", null, "1850"], ["Bonn", "many"]];
    const { text } = await parseDocument(workbookOf({ S1: rows }), "a.xlsx");
    expect(text).toBe("# S1\n\nReport of May\n\nTown | People | Since\nUlm |  | 1850\nBonn | many");
  });

  it("names the columns in every passage", async () => {
    const document = await parseDocument(workbookOf({ List: long }), "a.xlsx");
    const options = { filename: "a.xlsx", maxChunkSizeTokens: 800, chunkOverlapTokens: 0, maxDocumentTokens: 1e6 };
    const chunks = await chunkDocument(document, options);
    expect(chunks.length).toBeGreaterThan(1);
    for (const chunk of chunks) expect(chunk.text).toMatch(/^(# List\n\n)?Name \| Note\nRow/);
    expect(chunks.map((chunk) => chunk.text).join("\n")).toContain("Row 199 | lorem");
  });

  it("leaves out what lies beyond any table: one far cell costs nothing", async () => {
    const bytes = makeWorkbook(sheetCells({ A1: "Only this", XFD1048576: "far away" }));
    expect(bytes.length).toBeLessThan(2_000);
    const { text } = await parseDocument(bytes, "far.xlsx");
    expect(text).toBe("# Sheet1\n\nOnly this");
  });

  it("refuses longer tables than it reads, and says so", async () => {
    const rows = Array.from({ length: 100_001 }, (_, row) => `<row r="${row + 1}"><c><v>${row}</v></c></row>`).join("");
    await expect(parseDocument(makeWorkbook(rows), "long.xlsx")).rejects.toMatchObject({
      reason: "too_large",
      message: "The sheet 'Sheet1' has more than 100,000 rows.",
    });
  });

  it("refuses bombs before the workbook is read", async () => {
    const bytes = makeWorkbook("<row><c><v>1</v></c></row>".repeat(400_000));
    await expect(parseDocument(bytes, "bomb.xlsx")).rejects.toMatchObject({ reason: "expands_too_much" });
  });
});

describe("parseDocument: CSV", () => {
  it.each([
    ["commas", "a.csv", 'Town,Motto\nUlm,"high, but\nsolid"\nBonn,"says ""hello"""\n'],
    ["semicolons", "a.csv", 'Town;Motto\nUlm;"high, but\nsolid"\nBonn;"says ""hello"""\n'],
    ["tabs", "a.tsv", 'Town\tMotto\r\nUlm\t"high, but\nsolid"\r\nBonn\t"says ""hello"""\r\n'],
  ])("reads %s", async (_name, filename, content) => {
    const { kind, text } = await parseDocument(bytesOf(content), filename);
    expect(kind).toBe("csv");
    expect(text).toBe('Town | Motto\nUlm | high, but solid\nBonn | says "hello"');
  });

  it("repeats the header by blocks, and takes no numbers for one", async () => {
    const csv = (rows: unknown[][]) => bytesOf(rows.map((row) => row.join(",")).join("\n"));
    const { text } = await parseDocument(csv(long), "a.csv");
    const blocks = text.split("\n\n");
    expect(blocks.length).toBeGreaterThan(3);
    for (const block of blocks) expect(block.startsWith("Name | Note\nRow")).toBe(true);
    const numbers = await parseDocument(csv(Array.from({ length: 300 }, (_, index) => [index, index * 2])), "n.csv");
    expect(numbers.text.match(/^0 \| 0$/gm)).toHaveLength(1);
  });

  it("keeps as text what is no table", async () => {
    const prose = "Just a sentence\nand one more";
    expect(await parseDocument(bytesOf(prose), "a.csv")).toMatchObject({ kind: "csv", text: prose });
    const broken = 'a,b\n1,"never closed\n2,3';
    expect(await parseDocument(bytesOf(broken), "a.csv")).toMatchObject({ kind: "csv", text: broken });
  });
});

describe("in the worker", () => {
  afterEach(() => stopReadWorkers());

  it("reads a workbook within its limits", async () => {
    setConfig(parseConfig({ LOG_LEVEL: "silent" }));
    const input = { bytes: workbookOf({ Towns: towns }), filename: "towns.xlsx" };
    expect(await runInWorker("parse", input, new AbortController().signal)).toMatchObject({ kind: "xlsx" });
  });
});
