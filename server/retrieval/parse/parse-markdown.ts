import type { Heading, ParsedText } from "#server/retrieval/parse/document";
import { normaliseText } from "#server/retrieval/parse/normalise";

const FENCE = /^ {0,3}(`{3,}|~{3,})/;
const ATX = /^ {0,3}(#{1,6})[ \t]+(?=\S)/;
/** A longer title is cut, since it stands above every passage of its section. */
const MAX_TITLE_CHARS = 500;
const SETEXT = /^ {0,3}(=+|-+)[ \t]*$/;

/** Reads Markdown: the text as it is, and its headings, ATX and setext, outside fenced code. */
export function parseMarkdown(decoded: string): ParsedText {
  const text = normaliseText(decoded);
  return { text, pages: [], headings: findHeadings(text) };
}

function findHeadings(text: string): Heading[] {
  const headings: Heading[] = [];
  const body = bodyStart(text);
  let start = body;
  let fence: string | null = null;
  let previous = { start, line: "" };
  for (const line of text.slice(body).split("\n")) {
    const mark = FENCE.exec(line)?.[1];
    if (fence !== null) {
      if (mark?.startsWith(fence)) fence = null;
    } else if (mark !== undefined) {
      fence = mark;
    } else {
      const heading = atxHeading(line, start) ?? setextHeading(line, previous);
      if (heading !== null) headings.push(heading);
    }
    previous = { start, line: fence === null && mark === undefined ? line : "" };
    start += line.length + 1;
  }
  return headings;
}

/** Where the text begins after YAML front matter. */
function bodyStart(text: string): number {
  return /^---\n[\s\S]*?\n---(\n|$)/.exec(text)?.[0].length ?? 0;
}

function atxHeading(line: string, start: number): Heading | null {
  const match = ATX.exec(line);
  if (match?.[1] === undefined) return null;
  return { level: match[1].length, title: plainTitle(withoutClosing(line.slice(match[0].length))), start };
}

/** A title without the `##` that may close it. One pass: a pattern would try every run of hashes as the last. */
function withoutClosing(title: string): string {
  const trimmed = title.trimEnd();
  let end = trimmed.length;
  while (trimmed[end - 1] === "#") end--;
  return trimmed.slice(0, end).trimEnd();
}

function setextHeading(line: string, previous: { start: number; line: string }): Heading | null {
  const match = SETEXT.exec(line);
  const title = previous.line.trim();
  // A line of dashes under a list item, a table row or nothing is a rule, not a heading.
  if (match === null || title === "" || /^([-*+|#>]|\d+[.)])/.test(title)) return null;
  return { level: line.includes("=") ? 1 : 2, title: plainTitle(title), start: previous.start };
}

function plainTitle(title: string): string {
  return title
    .slice(0, MAX_TITLE_CHARS)
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/[*_`]+/g, "")
    .trim();
}
