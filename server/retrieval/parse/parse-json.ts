import type { ParsedText } from "#server/retrieval/parse/document";
import { normaliseText } from "#server/retrieval/parse/normalise";

/** A line longer than this was written for machines; it is set out again so that it can be cut at its members. */
const MAX_LINE_CHARS = 400;
/** Deeper levels are set in no further: the indentation alone would grow with the square of the depth. */
const MAX_INDENT = 12;

/**
 * Reads JSON or lines of it. Numbers, names and their order stay as they are written; escaped letters are spelt out, and
 * long lines are broken at their members.
 */
export function parseJson(decoded: string): ParsedText {
  const text = normaliseText(decoded)
    .split("\n")
    .map((line) => spellOut(line.length > MAX_LINE_CHARS ? setOut(line) : line))
    .join("\n");
  return { text: normaliseText(text), pages: [], headings: [] };
}

/** An escaped `ü` as the letter that it is; controls, quotes, backslashes and halves of surrogate pairs stay escaped. */
function spellOut(text: string): string {
  if (!text.includes("\\u")) return text;
  return text.replace(/\\\\|\\ud[89ab][\da-f]{2}\\ud[c-f][\da-f]{2}|\\u[\da-f]{4}/gi, (escaped) => {
    const units = escaped.split("\\u").slice(1);
    const letter = String.fromCharCode(...units.map((digits) => Number.parseInt(digits, 16)));
    return letter === "" || !letter.isWellFormed() || /[\p{Cc}"\\]/u.test(letter) ? escaped : letter;
  });
}

/** One member a line, indented. Goes through the line once, so neither its depth nor what is wrong with it matters. */
function setOut(line: string): string {
  const parts: string[] = [];
  let depth = 0;
  const newLine = () => `\n${"  ".repeat(Math.min(Math.max(depth, 0), MAX_INDENT))}`;
  for (const token of tokensOf(line)) {
    if (token === "{" || token === "[") {
      depth++;
      parts.push(token, newLine());
    } else if (token === "}" || token === "]") {
      depth--;
      parts.push(newLine(), token);
    } else if (token === ",") parts.push(token, newLine());
    else parts.push(token === ":" ? ": " : token);
  }
  return parts.join("");
}

/** Strings whole, signs alone, and what stands between them; white space outside strings is left out. */
function* tokensOf(line: string): Generator<string> {
  let start = 0;
  for (let at = 0; at < line.length; at++) {
    const sign = line.charAt(at);
    if (!'"{}[],: \t'.includes(sign)) continue;
    if (at > start) yield line.slice(start, at);
    const end = sign === '"' ? stringEnd(line, at) : at + 1;
    if (sign !== " " && sign !== "\t") yield line.slice(at, end);
    start = end;
    at = end - 1;
  }
  if (start < line.length) yield line.slice(start);
}

function stringEnd(line: string, start: number): number {
  let at = start + 1;
  while (at < line.length && line[at] !== '"') at += line[at] === "\\" ? 2 : 1;
  return Math.min(at + 1, line.length);
}
