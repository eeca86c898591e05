const MAX_LINE = 240;
const MAX_SUMMARY = 4_000;
/** Where a paragraph of a transcript begins: at a blank line with a speaker behind it. */
const PARAGRAPH = /\n\n(?=(?:User|Assistant|System|Developer|Result)\b)/;

function firstWords(paragraph: string): string {
  const flat = paragraph.replaceAll(/\s+/g, " ").trim();
  if (flat.length <= MAX_LINE) return flat;
  const cut = flat.slice(0, MAX_LINE);
  const end = Math.max(cut.lastIndexOf(". "), cut.lastIndexOf("? "), cut.lastIndexOf("! "));
  return end > MAX_LINE / 2 ? cut.slice(0, end + 1) : `${cut}…`;
}

/**
 * What a transcript comes to by fixed rules: the beginning of each paragraph, word for word; when that is too much, of
 * the first and the newest ones.
 */
export function extractSummary(transcript: string): string {
  const [first = "", ...rest] = transcript.split(PARAGRAPH).map(firstWords);
  const kept: string[] = [];
  let length = first.length;
  for (const line of rest.toReversed()) {
    length += line.length + 1;
    if (length > MAX_SUMMARY) break;
    kept.unshift(line);
  }
  return [first, ...(kept.length < rest.length ? ["…"] : []), ...kept].join("\n");
}
