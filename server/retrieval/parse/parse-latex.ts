import type { ParsedText } from "#server/retrieval/parse/document";
import { LatexWriter } from "#server/retrieval/parse/latex-writer";
import { normaliseText } from "#server/retrieval/parse/normalise";

/** Whole environments whose text is shown as it is written. */
const VERBATIM = /^(verbatim|Verbatim|lstlisting|minted|alltt)\*?$/;
/** Drawings and tables of numbers for a program: their source says nothing. */
const DROPPED = /^(tikzpicture|pgfpicture|picture|comment|filecontents)\*?$/;
/** Formulas stay as they are written: that is how people and models write them. */
const FORMULA = /^(equation|align|gather|multline|eqnarray|math|displaymath|flalign|alignat)\*?$/;

/** A longer formula is taken for an unclosed one. */
const MAX_FORMULA_CHARS = 4_000;

/** What LaTeX is made of: a control word, a control sign, a comment, a formula, a brace, a blank line, a run of text. */
const TOKEN =
  /\\([a-zA-Z]+\*?)[ \t]*|\\([^a-zA-Z])|(%[^\n]*\n?[ \t]*)|(\$\$?)|([{}])|(\n[ \t]*\n\s*)|(&)|(~)|([^\\%${}&~\n]+|\n)/g;

/**
 * Reads a LaTeX source: sections as headings, items, table rows, formulas and listings as they are written; other commands
 * give way to their text. Macros are not expanded, so a source cannot grow.
 */
export function parseLatex(decoded: string): ParsedText {
  const source = normaliseText(decoded);
  const writer = new LatexWriter();
  const begin = source.indexOf("\\begin{document}");
  if (begin >= 0) writer.title(titleOf(source.slice(0, begin)) || titleOf(source.slice(begin)));
  const ends = source.indexOf("\\end{document}", begin);
  const from = begin < 0 ? 0 : begin + "\\begin{document}".length;
  read(source.slice(from, ends < 0 ? source.length : ends), writer);
  return writer.result();
}

function read(body: string, writer: LatexWriter): void {
  const tokens = new RegExp(TOKEN);
  for (let token = tokens.exec(body); token !== null; token = tokens.exec(body)) {
    const [, word, sign, comment, dollar, brace, blank, ampersand, tie, text] = token;
    if (comment !== undefined) continue;
    if (word === "begin") tokens.lastIndex = readEnvironment({ body, writer, at: tokens.lastIndex });
    else if (word === "verb") tokens.lastIndex = readVerb({ body, writer, at: tokens.lastIndex });
    else if (word !== undefined) tokens.lastIndex = writer.command(word, body, tokens.lastIndex);
    else if (sign === "[" || sign === "(") {
      const close = sign === "[" ? "\\]" : "\\)";
      tokens.lastIndex = copyFormula({ body, writer, from: token.index, open: 2, close });
    } else if (sign !== undefined) tokens.lastIndex = writer.sign(sign, body, tokens.lastIndex);
    else if (dollar !== undefined) {
      tokens.lastIndex = copyFormula({ body, writer, from: token.index, open: dollar.length, close: dollar });
    } else if (brace !== undefined) writer.brace(brace);
    else if (blank !== undefined) writer.endParagraph();
    else if (ampersand !== undefined) writer.cell();
    else writer.text(tie === undefined ? (text ?? "") : " ");
  }
}

interface Place {
  body: string;
  writer: LatexWriter;
  at: number;
}

/** Writes a formula as it stands; an unfinished one ends with its paragraph. */
function copyFormula(part: { body: string; writer: LatexWriter; from: number; open: number; close: string }): number {
  const { body, writer, from, open, close } = part;
  const window = body.slice(from, from + MAX_FORMULA_CHARS);
  const paragraph = window.split("\n\n", 1)[0] ?? window;
  const end = paragraph.indexOf(close, open);
  const formula = end < 0 ? paragraph : paragraph.slice(0, end + close.length);
  writer.text(formula);
  return from + formula.length;
}

function readEnvironment({ body, writer, at }: Place): number {
  const name = /^\{([^{}\n]{1,40})\}/.exec(body.slice(at, at + 50))?.[1];
  if (name === undefined) return at;
  const start = at + name.length + 2;
  const shown = VERBATIM.test(name) || FORMULA.test(name);
  if (!shown && !DROPPED.test(name)) return writer.begin(name, body, start);
  const closing = `\\end{${name}}`;
  const found = body.indexOf(closing, start);
  const end = found < 0 ? body.length : found;
  const content = body.slice(start, end);
  if (shown) writer.block(VERBATIM.test(name) ? content.replace(/^\[[^\]\n]*\]|^\{[^}\n]*\}/, "") : content);
  return end + closing.length;
}

function readVerb({ body, writer, at }: Place): number {
  const mark = body.charAt(at);
  const end = mark === "" ? -1 : body.indexOf(mark, at + 1);
  if (end < 0) return at;
  writer.text(body.slice(at + 1, end));
  return end + 1;
}

function titleOf(source: string): string {
  const at = source.search(/\\title\s*[[{]/);
  if (at < 0) return "";
  const writer = new LatexWriter();
  read(LatexWriter.argument(source, source.indexOf("{", at))?.text ?? "", writer);
  return writer.result().text.replaceAll(/\s+/g, " ");
}
