import type { Heading } from "#server/retrieval/parse/document";

const FENCE = /^ {0,3}(`{3,}|~{3,})/;
const ATX = /^ {0,3}(#{1,6})[ \t]+(.+?)[ \t]*#*[ \t]*$/;
const SETEXT = /^ {0,3}(=+|-+)[ \t]*$/;

/** The headings of a Markdown text, ATX and setext, outside fenced code. The text itself stays as it is. */
export function findMarkdownHeadings(text: string): Heading[] {
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
  if (match?.[1] === undefined || match[2] === undefined) return null;
  return { level: match[1].length, title: plainTitle(match[2]), start };
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
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/[*_`]+/g, "")
    .trim();
}
