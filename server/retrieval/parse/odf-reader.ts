import { normaliseInline, normaliseText } from "#server/retrieval/parse/normalise";
import type { XmlReader } from "#server/retrieval/parse/read-xml";
import { MAX_COLUMNS, TableWriter } from "#server/retrieval/parse/table-writer";
import type { TextBuilder } from "#server/retrieval/parse/text-builder";

type Attributes = Readonly<Record<string, string>>;

/** Never text of the document: comments, deleted text, what describes pictures and forms. */
const SKIPPED = new Set([
  "office:annotation",
  "office:forms",
  "office:scripts",
  "text:tracked-changes",
  "text:note-citation",
  "svg:desc",
  "svg:title",
]);

const CELL = /^table:(covered-)?table-cell$/;
const MAX_LEVEL = 6;
/** `text:s` stands for so many spaces, whatever number it claims. */
const MAX_SPACES = 200;

/** A cell or row that stands for many alike is repeated so often: a sheet's end is one row for a million. */
const MAX_REPEATS = 100;

/** Writes the text of an OpenDocument `content.xml`: headings, paragraphs, lists, tables and sheets, notes in parentheses. */
export class OdfReader implements XmlReader {
  readonly #builder: TextBuilder;
  /** Open paragraphs: a footnote's stands inside the one that refers to it. */
  readonly #open: string[] = [];
  #skipped = 0;
  #lists = 0;
  #newItem = false;
  #afterItem = false;
  #tables = 0;
  #table: TableWriter | null = null;
  #row: string[] = [];
  #rowRepeats = 1;
  #cellRepeats = 1;
  #isSpreadsheet = false;
  #cell: string[] | null = null;
  #heading: number | null = null;
  #inTitle = false;
  #notes: string[] | null = null;
  #pages = 0;
  #pageStart = 0;

  constructor(builder: TextBuilder) {
    this.#builder = builder;
  }

  open(name: string, attributes: Attributes): void {
    if (SKIPPED.has(name)) this.#skipped++;
    if (this.#skipped > 0) return;
    if (name === "text:p" || name === "text:h") this.#openParagraph(name, attributes);
    else if (name === "text:s") this.text(" ".repeat(Math.min(Number(attributes["text:c"] ?? 1) || 1, MAX_SPACES)));
    else if (name === "text:tab") this.text(" ");
    else if (name === "text:line-break") this.text("\n");
    else if (name === "text:list") this.#lists++;
    else if (name === "text:list-item") this.#newItem = true;
    else if (name === "office:spreadsheet") this.#isSpreadsheet = true;
    else if (name === "table:table") this.#openTable(attributes);
    else if (name === "table:table-row" && this.#tables === 1) this.#openRow(attributes);
    else if (CELL.test(name) && this.#tables === 1) this.#openCell(attributes);
    else if (name === "draw:page") this.#pageStart = this.#builder.length;
    else if (name === "draw:frame") this.#inTitle = attributes["presentation:class"] === "title";
    else if (name === "presentation:notes") this.#notes = [];
  }

  text(text: string): void {
    const last = this.#open.length - 1;
    if (this.#skipped === 0 && last >= 0) this.#open[last] += text;
  }

  close(name: string): void {
    if (SKIPPED.has(name)) this.#skipped--;
    else if (this.#skipped > 0) return;
    else if (name === "text:p" || name === "text:h") this.#closeParagraph();
    else if (name === "text:list") this.#lists--;
    else if (name === "table:table") this.#closeTable();
    else if (CELL.test(name) && this.#tables === 1) this.#closeCell();
    else if (name === "table:table-row" && this.#tables === 1) this.#closeRow();
    else if (name === "draw:frame") this.#inTitle = false;
    else if (name === "presentation:notes") this.#closeNotes();
    else if (name === "draw:page") this.#builder.page(++this.#pages, this.#pageStart);
  }

  #openParagraph(name: string, attributes: Attributes): void {
    if (this.#open.length === 0) {
      const level = Math.min(Math.max(Number(attributes["text:outline-level"] ?? 1) || 1, 1), MAX_LEVEL);
      this.#heading = name === "text:h" ? level : this.#inTitle ? 1 : null;
    }
    this.#open.push("");
  }

  #closeParagraph(): void {
    const raw = normaliseText(this.#open.pop() ?? "");
    const text = raw.split("\n").map(normaliseInline).filter(Boolean).join("\n");
    if (text === "") return;
    if (this.#open.length > 0) this.text(` (${text})`);
    else if (this.#cell !== null) this.#cell.push(text);
    else if (this.#notes !== null) this.#notes.push(text);
    else this.#write(text);
  }

  #write(text: string): void {
    if (this.#heading !== null) {
      const title = text.replaceAll("\n", " ");
      this.#builder.heading({ level: this.#heading, title });
      this.#afterItem = false;
      return;
    }
    const inList = this.#lists > 0;
    const mark = inList && this.#newItem ? `${"  ".repeat(Math.min(this.#lists, MAX_LEVEL) - 1)}- ` : "";
    if (inList && this.#afterItem) this.#builder.append(`\n${mark}${text}`);
    else this.#builder.block(mark + text);
    this.#newItem = false;
    this.#afterItem = inList;
  }

  #openTable(attributes: Attributes): void {
    if (++this.#tables > 1) return;
    const title = normaliseInline(attributes["table:name"] ?? "");
    if (this.#isSpreadsheet && title !== "") this.#builder.heading({ level: 1, title });
    this.#table = new TableWriter(this.#builder);
    this.#afterItem = false;
  }

  #openRow(attributes: Attributes): void {
    this.#row = [];
    this.#rowRepeats = repeats(attributes["table:number-rows-repeated"]);
  }

  #openCell(attributes: Attributes): void {
    this.#cell = [];
    this.#cellRepeats = repeats(attributes["table:number-columns-repeated"]);
  }

  #closeRow(): void {
    for (let count = 0; count < this.#rowRepeats; count++) this.#table?.add(this.#row);
  }

  #closeTable(): void {
    if (--this.#tables > 0) return;
    this.#table?.end();
    this.#table = null;
  }

  #closeCell(): void {
    const text = (this.#cell ?? []).join(" ");
    for (let count = 0; count < this.#cellRepeats && this.#row.length < MAX_COLUMNS; count++) this.#row.push(text);
    this.#cell = null;
  }

  #closeNotes(): void {
    const notes = this.#notes?.join("\n") ?? "";
    this.#notes = null;
    if (notes !== "") this.#builder.block(`Notes: ${notes}`);
  }
}

function repeats(claimed: string | undefined): number {
  return Math.min(Math.max(Number(claimed ?? 1) || 1, 1), MAX_REPEATS);
}
