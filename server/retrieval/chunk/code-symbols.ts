import type { Heading } from "#server/retrieval/parse/document";

const MODIFIERS =
  "(?:(?:export|default|declare|public|private|protected|internal|static|abstract|final|sealed|partial|async|pub(?:\\([^)\\s]*\\))?|open|override|unsafe|const|data|case|inline|virtual)\\s+){0,6}";
const KEYWORDS =
  "(?:class|interface|enum|struct|trait|impl|fn|func|function\\*?|def|module|namespace|record|object|protocol|extension|defmodule|defp?|sub|contract|message|service|type)";
/** Go puts a method's receiver before its name, Rust an impl's parameters. */
const BEFORE_NAME = "(?:\\([^)\\n]{0,80}\\)\\s*|<[^>\\n]{0,80}>\\s*)?";
const DECLARATION = new RegExp(
  `^([ \\t]{0,16})${MODIFIERS}${KEYWORDS}(?=[\\s<])\\s*${BEFORE_NAME}([\\p{L}_$][\\p{L}\\p{N}_$.]*)`,
  "u",
);
/** A constant of a file's own: in JavaScript that is how many functions are named. */
const CONSTANT = /^()(?:export\s+)?(?:const|let|var|val)\s+([\p{L}_$][\p{L}\p{N}_$]*)\s*[:=]/u;
const MAX_LINE = 400;

/**
 * The declarations of source code in any common language as headings: classes, functions, types and a file's constants,
 * one below another by their indentation. Told by the words that begin a line, so it needs no grammar and misses what has
 * no such word.
 */
export function codeSymbols(text: string): Heading[] {
  const symbols: Heading[] = [];
  let start = 0;
  while (start < text.length) {
    const newline = text.indexOf("\n", start);
    const end = newline === -1 ? text.length : newline;
    const line = text.slice(start, Math.min(end, start + MAX_LINE));
    const found = DECLARATION.exec(line) ?? CONSTANT.exec(line);
    const title = found?.[2];
    if (title !== undefined) symbols.push({ level: indentOf(found?.[1] ?? "") + 1, title, start });
    start = end + 1;
  }
  return symbols;
}

/** Columns, a tab being four. */
function indentOf(space: string): number {
  return [...space].reduce((columns, character) => columns + (character === "\t" ? 4 : 1), 0);
}
