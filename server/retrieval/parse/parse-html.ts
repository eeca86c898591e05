import { type Cheerio, type CheerioAPI, load } from "cheerio";
import type { AnyNode, Element } from "domhandler";
import { Parser } from "htmlparser2";
import { DocumentRefused, type ParsedText } from "#server/retrieval/parse/document";
import { normaliseInline, normaliseText } from "#server/retrieval/parse/normalise";
import { TableWriter } from "#server/retrieval/parse/table-writer";
import { TextBuilder } from "#server/retrieval/parse/text-builder";

/** Never text, or never part of what a page says. */
const DROPPED = "script,style,noscript,template,svg,canvas,iframe,object,embed,head > *:not(title),dialog,[hidden]";
/** Around a page's content; dropped unless nothing else is left. */
const FURNITURE =
  "nav,aside,form,footer,[role=navigation],[role=banner],[role=contentinfo],[role=search],body > header";

const BLOCKS = new Set(
  (
    "address article aside blockquote body center dd details dialog div dl dt fieldset figcaption figure footer form " +
    "header hgroup hr html li main nav ol p pre section summary table tbody td tfoot th thead tr ul"
  ).split(" "),
);
const HEADING = /^h([1-6])$/;

/** Browsers stop at 512. */
const MAX_DEPTH = 1_000;

/** A page with less text than this in `main` or `article` is read from its body. */
const MIN_MAIN_CHARS = 200;

/**
 * Reads the main content of an HTML page as text: headings as `# `, lists as `- `, table rows as `a | b`. A page without a
 * first heading gets its title as one. Throws DocumentRefused `corrupt` when it is nested more deeply than any page is.
 */
export function parseHtml(html: string, options: { withTitle: boolean } = { withTitle: true }): ParsedText {
  refuseDepth(html);
  const $ = load(html);
  const title = options.withTitle ? normaliseInline($("head > title").first().text()) : "";
  $(DROPPED).remove();
  const walker = new HtmlWalker();
  const root = mainContent($);
  if (title !== "" && root.find("h1").length === 0) walker.builder.heading({ level: 1, title });
  for (const node of root.toArray()) walker.visit(node);
  walker.flush();
  return walker.builder.result();
}

/** Told before the page is built: building it takes time that grows with the square of the depth. */
function refuseDepth(html: string): void {
  let depth = 0;
  const parser = new Parser({
    onopentag: () => {
      if (++depth > MAX_DEPTH) throw new DocumentRefused("corrupt", `The page nests more than ${MAX_DEPTH} elements.`);
    },
    onclosetag: () => {
      depth--;
    },
  });
  parser.end(html);
}

function mainContent($: CheerioAPI): Cheerio<Element> {
  const body = $("body");
  const whole = body.clone();
  body.find(FURNITURE).remove();
  for (const selector of ["main", "[role=main]", "article"]) {
    const found = body.find(selector).filter((_, element) => $(element).parents(selector).length === 0);
    if (found.text().replaceAll(/\s+/g, "").length >= MIN_MAIN_CHARS) return found;
  }
  return body.text().trim() === "" ? whole : body;
}

/** Collects inline text until a block ends, then writes it as one paragraph. */
class HtmlWalker {
  readonly builder = new TextBuilder();
  #inline: string[] = [];
  #prefix = "";
  /** An item's or row's paragraph directly follows the one before it, with no blank line. */
  #tight = false;
  #listDepth = 0;

  visit(node: AnyNode): void {
    if (node.type === "text") {
      this.#inline.push(node.data);
      return;
    }
    if (!("children" in node) || node.type === "cdata") return;
    if (node.type !== "tag") {
      for (const child of node.children) this.visit(child);
      return;
    }
    this.#visitElement(node);
  }

  #visitElement(element: Element): void {
    const level = HEADING.exec(element.name)?.[1];
    if (level !== undefined) this.#heading(element, Number(level));
    else if (element.name === "br") this.#inline.push("\n");
    else if (element.name === "pre") this.#preformatted(element);
    else if (element.name === "table" && isSimpleTable(element)) this.#table(element);
    else if (element.name === "tr") this.#row(element);
    else if (element.name === "li") this.#item(element);
    else if (BLOCKS.has(element.name)) this.#block(element);
    else for (const child of element.children) this.visit(child);
  }

  #block(element: Element): void {
    this.flush();
    const isList = element.name === "ul" || element.name === "ol";
    if (isList) this.#listDepth++;
    for (const child of element.children) this.visit(child);
    this.flush();
    if (isList) this.#listDepth--;
    if (isList || element.name === "table") this.#tight = false;
  }

  #heading(element: Element, level: number): void {
    this.flush();
    const title = normaliseInline(textOf(element));
    this.builder.heading({ level, title });
    this.#tight = false;
  }

  #preformatted(element: Element): void {
    this.flush();
    this.builder.block(normaliseText(textOf(element)).replace(/^\n+/, "").trimEnd());
    this.#tight = false;
  }

  #item(element: Element): void {
    this.flush();
    this.#prefix = `${"  ".repeat(Math.max(0, this.#listDepth - 1))}- `;
    for (const child of element.children) this.visit(child);
    this.flush();
    this.#prefix = "";
  }

  #table(element: Element): void {
    this.flush();
    for (const caption of element.children) if (isTag(caption) && caption.name === "caption") this.#block(caption);
    const table = new TableWriter(this.builder);
    for (const row of rowsOf(element)) table.add(row.map(textOf));
    table.end();
    this.#tight = false;
  }

  #row(element: Element): void {
    this.flush();
    const cells = element.children.filter(isTag);
    if (cells.length < 2 || cells.some(holdsBlocks)) {
      for (const cell of cells) this.#block(cell);
      return;
    }
    this.#inline.push(cells.map((cell) => normaliseInline(textOf(cell))).join(" | "));
    this.#prefix = "";
    this.flush(true);
  }

  /** Writes what was collected as one paragraph; `row` keeps it directly under the one before. */
  flush(row = false): void {
    const lines = this.#inline.join("").split("\n\n");
    this.#inline = [];
    const text = lines.map(normaliseInline).filter(Boolean).join("\n");
    if (text === "") return;
    const tight = row || this.#prefix !== "";
    if (tight && this.#tight) this.builder.append(`\n${this.#prefix}${text}`);
    else this.builder.block(this.#prefix + text);
    this.#tight = tight;
    this.#prefix = "";
  }
}

function isTag(node: AnyNode): node is Element {
  return node.type === "tag";
}

/** The cells of a table's rows, in order; not those of tables within. */
function rowsOf(table: Element): Element[][] {
  const parts = table.children.filter(isTag);
  const rows = parts.flatMap((part) => (part.name === "tr" ? [part] : part.children.filter(isTag)));
  return rows
    .filter((row) => row.name === "tr")
    .map((row) => row.children.filter(isTag).filter((cell) => cell.name === "td" || cell.name === "th"));
}

/** True for a table of data: one that lays a page out has one column, or blocks of a page in its cells. */
function isSimpleTable(table: Element): boolean {
  const rows = rowsOf(table);
  return rows.some((row) => row.length > 1) && !rows.flat().some(holdsBlocks);
}

function holdsBlocks(element: Element): boolean {
  return element.children.some(
    (child) => isTag(child) && (/^(h[1-6]|ul|ol|dl|table|pre|blockquote)$/.test(child.name) || holdsBlocks(child)),
  );
}

function textOf(element: Element): string {
  return element.children
    .map((child) => {
      if (child.type === "text") return child.data;
      if (child.type !== "tag") return "";
      if (child.name === "br") return "\n";
      return BLOCKS.has(child.name) ? `${textOf(child)}\n` : textOf(child);
    })
    .join("");
}
