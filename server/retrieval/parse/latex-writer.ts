import type { ParsedText } from "#server/retrieval/parse/document";
import { normaliseInline } from "#server/retrieval/parse/normalise";
import { TableWriter } from "#server/retrieval/parse/table-writer";
import { TextBuilder } from "#server/retrieval/parse/text-builder";

const SECTIONS: Record<string, number> = {
  part: 1,
  chapter: 1,
  section: 1,
  subsection: 2,
  subsubsection: 3,
  paragraph: 4,
  subparagraph: 5,
};

/** Commands whose arguments are settings and no text. `begin` names environments' settings after `begin:`. */
const SILENT = new Set(
  (
    "documentclass usepackage label pagestyle thispagestyle bibliographystyle bibliography includegraphics input include " +
    "vspace hspace setlength addtolength setcounter addtocounter newcommand renewcommand providecommand newenvironment " +
    "renewenvironment newtheorem def let DeclareMathOperator title author date thanks maketitle tableofcontents hypersetup " +
    "graphicspath addbibresource pagenumbering hyphenation index color fontsize selectlanguage rule phantom vphantom " +
    "hphantom lstset geometry multirow cline cmidrule markboth markright addcontentsline"
  ).split(" "),
);
/** Shown in brackets, by key: the only trace that a reader has of it. */
const REFERENCES =
  /^(cite|citep|citet|citeauthor|citeyear|parencite|textcite|autocite|ref|eqref|autoref|cref|Cref|pageref)$/;

const WORDS: Record<string, string> = {
  LaTeX: "LaTeX",
  TeX: "TeX",
  ldots: "…",
  dots: "…",
  textellipsis: "…",
  ss: "ß",
  ae: "æ",
  AE: "Æ",
  oe: "œ",
  OE: "Œ",
  o: "ø",
  O: "Ø",
  aa: "å",
  AA: "Å",
  l: "ł",
  L: "Ł",
  i: "ı",
  S: "§",
  copyright: "©",
  pounds: "£",
  textbackslash: "\\",
  textasciitilde: "~",
  textendash: "–",
  textemdash: "—",
  quad: " ",
  qquad: " ",
  newline: "\n",
  linebreak: "\n",
};
const ACCENTS: Record<string, string> = {
  "'": "\u0301",
  "`": "\u0300",
  "^": "\u0302",
  '"': "\u0308",
  "~": "\u0303",
  "=": "\u0304",
  ".": "\u0307",
  c: "\u0327",
  v: "\u030c",
  u: "\u0306",
  H: "\u030b",
  r: "\u030a",
  k: "\u0328",
};
const TABLES = /^(tabular|tabularx|longtable|array|tabulary|supertabular)\*?$/;
/** A longer argument than this is taken for an unclosed one. */
const MAX_ARGUMENT = 4_000;

/** Turns LaTeX's commands into headings, paragraphs, items and table rows. */
export class LatexWriter {
  readonly #builder = new TextBuilder();
  #text: string[] = [];
  #items = 0;
  #afterItem = false;
  #mark = "";
  #table: TableWriter | null = null;
  #row: string[] = [];
  /** A heading's text stands between the braces that open at this depth. */
  #heading: { level: number; depth: number } | null = null;
  #depth = 0;

  result(): ParsedText {
    this.endParagraph();
    return this.#builder.result();
  }

  title(title: string): void {
    if (title !== "") this.#builder.heading({ level: 1, title });
  }

  text(text: string): void {
    this.#text.push(text);
  }

  block(text: string): void {
    this.endParagraph();
    this.#builder.block(text.replace(/^\n+/, "").trimEnd());
    this.#afterItem = false;
  }

  brace(brace: string): void {
    if (brace === "{") this.#depth++;
    else if (this.#depth > 0) this.#depth--;
    const heading = this.#heading;
    if (brace === "{" || heading === null || this.#depth > heading.depth) return;
    this.#heading = null;
    const title = clean(this.#text.splice(0).join("")).replaceAll("\n", " ");
    this.#builder.heading({ level: heading.level, title });
    this.#afterItem = false;
  }

  cell(): void {
    if (this.#table === null) return;
    this.#row.push(clean(this.#text.splice(0).join("")));
  }

  endParagraph(): void {
    if (this.#heading !== null) return;
    if (this.#table !== null) {
      this.#text.push(" ");
      return;
    }
    const text = clean(this.#text.splice(0).join(""));
    if (text === "") return;
    if (this.#mark !== "" && this.#afterItem) this.#builder.append(`\n${this.#mark}${text}`);
    else this.#builder.block(this.#mark + text);
    this.#afterItem = this.#mark !== "";
    this.#mark = "";
  }

  /** A sign after a backslash. Answers where to read on, as the methods below do. */
  sign(sign: string, body: string, at: number): number {
    if (sign === "\\") {
      if (this.#table !== null) this.#endRow();
      else this.#text.push("\n");
      // The space after a line may be given: \\[2pt]
      return at + (/^\*?\[[^\]\n]{0,30}\]/.exec(body.slice(at, at + 33))?.[0].length ?? 0);
    }
    if (ACCENTS[sign] !== undefined) return this.#accent(ACCENTS[sign], body, at);
    if ("$&%#_{} ".includes(sign)) this.#text.push(sign);
    else if (sign === "," || sign === "\n") this.#text.push(" ");
    return at;
  }

  command(word: string, body: string, at: number): number {
    const name = word.replace(/\*$/, "");
    const level = SECTIONS[name];
    if (level !== undefined) {
      this.endParagraph();
      this.#heading = { level, depth: this.#depth };
      return skipOption(body, at);
    }
    if (name === "end") return this.#end(body, at);
    if (name === "item") return this.#item(at);
    if (SILENT.has(name)) return skipArguments(body, at);
    if (REFERENCES.test(name)) return this.#reference(body, at);
    if (name === "href") return skipArguments(body, at, 1);
    if (name === "multicolumn") return skipArguments(body, at, 2);
    if (ACCENTS[name] !== undefined) return this.#accent(ACCENTS[name], body, at);
    if (WORDS[name] !== undefined) this.#text.push(WORDS[name]);
    else if (name === "par") this.endParagraph();
    else if (name === "footnote") this.#text.push(" — ");
    else if (name === "caption" || name === "tabularnewline") this.#endCaptionOrRow(name);
    return skipOption(body, at);
  }

  begin(name: string, body: string, at: number): number {
    if (TABLES.test(name)) {
      this.endParagraph();
      this.#table = new TableWriter(this.#builder);
      this.#row = [];
      return skipArguments(body, at);
    }
    this.endParagraph();
    if (/^(itemize|enumerate|description)$/.test(name)) this.#items++;
    return skipOption(body, at);
  }

  #end(body: string, at: number): number {
    const { text: name, end } = LatexWriter.argument(body, at) ?? { text: "", end: at };
    if (TABLES.test(name)) this.#endTable();
    this.endParagraph();
    if (/^(itemize|enumerate|description)$/.test(name)) this.#items = Math.max(0, this.#items - 1);
    return end;
  }

  #item(at: number): number {
    this.endParagraph();
    this.#mark = `${"  ".repeat(Math.min(Math.max(this.#items - 1, 0), 6))}- `;
    return at;
  }

  #reference(body: string, at: number): number {
    const from = skipOption(body, skipOption(body, at));
    const argument = LatexWriter.argument(body, from);
    if (argument === null) return from;
    this.#text.push(`[${argument.text}]`);
    return argument.end;
  }

  #accent(mark: string, body: string, at: number): number {
    const letter = /^\s?(?:\{\\?(\p{L})\}|\\?(\p{L}))/u.exec(body.slice(at, at + 6));
    if (letter === null) return at;
    const base = letter[1] ?? letter[2] ?? "";
    this.#text.push((base + mark).normalize("NFC"));
    return at + letter[0].length;
  }

  #endCaptionOrRow(name: string): void {
    if (name === "tabularnewline") this.#endRow();
    else this.endParagraph();
  }

  #endRow(): void {
    this.cell();
    this.#table?.add(this.#row.splice(0));
  }

  #endTable(): void {
    if (this.#row.length > 0 || this.#text.join("").trim() !== "") this.#endRow();
    this.#table?.end();
    this.#table = null;
    this.#afterItem = false;
  }

  /** The text between the braces that open at or right after `at`, and where it ends; null when there are none. */
  static argument(body: string, at: number): { text: string; end: number } | null {
    let start = at;
    while (start < body.length && /\s/.test(body.charAt(start))) start++;
    if (body[start] !== "{") return null;
    let depth = 0;
    for (let place = start; place < Math.min(body.length, start + MAX_ARGUMENT); place++) {
      if (body[place] === "\\") place++;
      else if (body[place] === "{") depth++;
      else if (body[place] === "}" && --depth === 0) return { text: body.slice(start + 1, place), end: place + 1 };
    }
    return null;
  }
}

function skipOption(body: string, at: number): number {
  return at + (/^\s?\[[^\]\n]{0,500}\]/.exec(body.slice(at, at + 503))?.[0].length ?? 0);
}

/** Passes over options and arguments, all that follow unless a number is given. */
function skipArguments(body: string, at: number, most = 9): number {
  let place = skipOption(body, at);
  // \newcommand\name and \def\name
  place += /^\\[a-zA-Z]+(#\d)*/.exec(body.slice(place, place + 60))?.[0].length ?? 0;
  for (let count = 0; count < most; count++) {
    place = skipOption(body, place);
    const argument = LatexWriter.argument(body, place);
    if (argument === null) return place;
    place = argument.end;
  }
  return place;
}

/** One line of prose a line that was asked for; TeX's quotes and dashes as they are printed. */
function clean(text: string): string {
  return text
    .split("\n")
    .map((line) => normaliseInline(line))
    .join(" ")
    .replaceAll("``", "“")
    .replaceAll("''", "”")
    .replaceAll("---", "—")
    .replaceAll("--", "–")
    .trim();
}
