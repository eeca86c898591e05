import type { RefusalReason } from "#server/retrieval/parse/document";
import { inflatingPdf, loopingPdf, repeatingPdf, selfDrawingPdf } from "#tests/support/hostile-pdf";
import { makeEpub, makeOdf, makePptx, slideText } from "#tests/support/office-files";
import { makeCompound, makeDoc } from "#tests/support/word-97";
import { makeWorkbook, sheetCells } from "#tests/support/workbook";
import { docxParagraph, makeDocx, makeZip } from "#tests/support/zip";

/** A file made to harm, and how it must end: refused for one of these reasons, or read as text. */
export interface HostileFile {
  name: string;
  filename: string;
  make: () => string | Uint8Array;
  ends: "read" | readonly RefusalReason[];
}

const LAUGHS = `<!DOCTYPE x [<!ENTITY a "ha">${Array.from(
  { length: 9 },
  (_, level) => `<!ENTITY ${"bcdefghij"[level]} "${`&${"abcdefghi"[level]};`.repeat(10)}">`,
).join("")}]>`;
const ENTITY_FILE = '<!DOCTYPE x [<!ENTITY j SYSTEM "file:///etc/passwd">]>';

/** OpenDocument whose content has a document type declaration. */
function declaredOdt(declaration: string): Uint8Array {
  return makeZip([
    { name: "mimetype", content: "application/vnd.oasis.opendocument.text" },
    {
      name: "content.xml",
      content: `<?xml version="1.0"?>${declaration}<office:document-content><office:body><text:p>See &j; here</text:p></office:body></office:document-content>`,
    },
  ]);
}

/** A spreadsheet that claims to repeat a filled cell over its whole sheet. */
function endlessOds(): Uint8Array {
  const cell =
    '<table:table-cell table:number-columns-repeated="16384" office:value-type="string"><text:p>x</text:p></table:table-cell>';
  const row = `<table:table-row table:number-rows-repeated="1048576">${cell}</table:table-row>`;
  return makeOdf(
    "spreadsheet",
    `<office:spreadsheet><table:table table:name="S">${row}</table:table></office:spreadsheet>`,
  );
}

/** A compound file whose table of sectors leads back to itself. */
function loopingCompound(): Uint8Array {
  const bytes = makeDoc("some text ".repeat(2_000));
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const table = (view.getUint32(76, true) + 1) * 512;
  for (let sector = 0; sector < 100 && table + sector * 4 + 4 <= table + 512; sector++) {
    if (view.getUint32(table + sector * 4, true) < 0xffff_fff0) view.setUint32(table + sector * 4, sector, true);
  }
  return bytes;
}

function nestedMail(depth: number): string {
  const head = "From: a@example.com\r\nMessage-ID: <1@x>\r\nMIME-Version: 1.0\r\n";
  const open = Array.from(
    { length: depth },
    (_, level) => `Content-Type: multipart/mixed; boundary=b${level}\r\n\r\n--b${level}\r\n`,
  );
  return `${head}${open.join("")}Content-Type: text/plain\r\n\r\ndeep inside`;
}

function bombMail(): string {
  const bomb = Buffer.from(makeDocx(docxParagraph("x").repeat(300_000))).toString("base64");
  return [
    "From: a@example.com\r\nMessage-ID: <1@x>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n",
    "--b\r\nContent-Type: text/plain\r\n\r\nHello.",
    `--b\r\nContent-Type: application/octet-stream; name=a.docx\r\nContent-Transfer-Encoding: base64\r\n\r\n${bomb}`,
    "--b--",
  ].join("\r\n");
}

const MANY = 1_000_000;
const ROWS = "<row><c><v>1</v></c></row>";

/** Known attacks on readers of documents, by format. Each takes seconds, not minutes, to be ended. */
export const HOSTILE_FILES: readonly HostileFile[] = [
  // Zips.
  {
    name: "docx: one run of 100 MB",
    filename: "a.docx",
    make: () => makeDocx(docxParagraph("a".repeat(100e6))),
    ends: ["expands_too_much"],
  },
  {
    name: "docx: 1.5 million paragraphs",
    filename: "a.docx",
    make: () => makeDocx(docxParagraph("").repeat(1.5e6)),
    ends: ["expands_too_much"],
  },
  {
    name: "docx: billion laughs",
    filename: "a.docx",
    make: () => makeDocx(docxParagraph("&j;"), { prolog: LAUGHS }),
    ends: ["unsupported"],
  },
  {
    name: "docx: external entity",
    filename: "a.docx",
    make: () => makeDocx(docxParagraph("&j;"), { prolog: ENTITY_FILE }),
    ends: ["unsupported"],
  },
  {
    name: "xlsx: two far cells",
    filename: "a.xlsx",
    make: () => makeWorkbook(sheetCells({ A1: "a", XFD1048576: "b" })),
    ends: "read",
  },
  {
    name: "xlsx: 2 million rows",
    filename: "a.xlsx",
    make: () => makeWorkbook(ROWS.repeat(1.5e6)),
    ends: ["expands_too_much"],
  },
  {
    name: "ods: a cell for the whole sheet",
    filename: "a.ods",
    make: endlessOds,
    ends: "read",
  },
  { name: "odt: billion laughs", filename: "a.odt", make: () => declaredOdt(LAUGHS), ends: "read" },
  { name: "odt: external entity", filename: "a.odt", make: () => declaredOdt(ENTITY_FILE), ends: "read" },
  {
    name: "odt: a million levels",
    filename: "a.odt",
    make: () => makeOdf("text", "<text:span>".repeat(MANY)),
    ends: ["corrupt", "expands_too_much"],
  },
  { name: "pptx: relations out of the archive", filename: "a.pptx", make: outsidePptx, ends: "read" },
  { name: "epub: chapters out of the archive", filename: "a.epub", make: outsideEpub, ends: ["empty", "corrupt"] },
  {
    name: "zip: a name out of the archive",
    filename: "a.docx",
    make: () => makeZip([{ name: "../../x", content: "x" }]),
    ends: ["corrupt"],
  },
  // Markup and data.
  { name: "html: a million levels", filename: "a.html", make: () => "<div>".repeat(MANY), ends: ["corrupt"] },
  { name: "html: unclosed formatting", filename: "a.html", make: () => "<b><p>".repeat(200_000), ends: ["corrupt"] },
  { name: "json: a million levels", filename: "a.json", make: () => "[".repeat(MANY), ends: "read" },
  { name: "rtf: a million groups", filename: "a.rtf", make: () => `{\\rtf1 ${"{".repeat(MANY)}`, ends: ["corrupt"] },
  { name: "latex: unclosed arguments", filename: "a.tex", make: () => "\\label{".repeat(50_000), ends: ["empty"] },
  { name: "eml: parts in parts", filename: "a.eml", make: () => nestedMail(5_000), ends: ["corrupt", "empty"] },
  { name: "eml: a bomb attached", filename: "a.eml", make: bombMail, ends: "read" },
  { name: "doc: sectors in a circle", filename: "a.doc", make: loopingCompound, ends: ["corrupt", "empty"] },
  {
    name: "xls: nothing in it",
    filename: "a.xls",
    make: () => makeCompound({ Workbook: new Uint8Array(5_000) }),
    ends: ["corrupt", "empty"],
  },
  // Text that patterns and tokenizers are slow at.
  { name: "text: a line of 5 MB", filename: "a.txt", make: () => "a".repeat(5e6), ends: "read" },
  { name: "text: 5 MB of spaces in a line", filename: "a.txt", make: () => `a${" ".repeat(5e6)}b`, ends: "read" },
  { name: "markdown: a heading of hashes", filename: "a.md", make: () => `# a${"\t#".repeat(MANY)}b`, ends: "read" },
  { name: "markdown: a heading of brackets", filename: "a.md", make: () => `# ${"[".repeat(MANY)}`, ends: "read" },
  {
    name: "csv: a quote that never ends",
    filename: "a.csv",
    make: () => `a,b\n"${"x,y\n".repeat(MANY)}`,
    ends: "read",
  },
  {
    name: "csv: a million columns",
    filename: "a.csv",
    make: () => `${"a,".repeat(MANY)}\n${"1,".repeat(MANY)}`,
    ends: "read",
  },
  // PDF.
  { name: "pdf: instructions of 600 MB", filename: "a.pdf", make: () => inflatingPdf(600e6), ends: ["out_of_memory"] },
  { name: "pdf: a form in itself", filename: "a.pdf", make: selfDrawingPdf, ends: "read" },
  { name: "pdf: pages in a circle", filename: "a.pdf", make: loopingPdf, ends: ["corrupt"] },
  { name: "pdf: one page 50,000 times", filename: "a.pdf", make: () => repeatingPdf(50_000), ends: ["too_large"] },
];

function outsidePptx(): Uint8Array {
  const relation =
    '<Relationships><Relationship Id="r9" Type="x/slide" Target="../../../../../etc/passwd"/></Relationships>';
  return makePptx(
    [{ shapes: slideText("only this") }],
    [{ name: "ppt/slides/_rels/slide1.xml.rels", content: relation }],
  );
}

function outsideEpub(): Uint8Array {
  return makeEpub([{ file: "../../../../../../etc/passwd", html: "" }], ["../../../../../../etc/passwd"]);
}
