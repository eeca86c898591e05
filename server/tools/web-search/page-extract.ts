/** A part of a page's text. */
export interface Extract {
  text: string;
  /** What it is of the page, for the reader of it. */
  remark: string;
}

/** Occurrences shown, and the characters around each of them. */
const MAX_MATCHES = 10;
const REACH = 200;
const MAX_COUNTED = 1_000;

/** `chars` characters of a text from `offset` on, cut at white space where there is some nearby. */
export function cutOut(text: string, { offset, chars }: { offset: number; chars: number }): Extract {
  const start = Math.min(offset, text.length);
  const hardEnd = Math.min(text.length, start + chars);
  const space = hardEnd < text.length ? text.lastIndexOf(" ", hardEnd) : -1;
  const end = space > start + chars / 2 ? space : wholeEnd(text, hardEnd);
  const rest = end < text.length ? ` To read on, open it again with offset ${end}.` : "";
  return { text: text.slice(start, end), remark: `Characters ${start} to ${end} of ${text.length}.${rest}` };
}

/** Not between the two halves of a character. */
function wholeEnd(text: string, end: number): number {
  return /[\ud800-\udbff]/.test(text[end - 1] ?? "") ? end - 1 : end;
}

function escaped(word: string): string {
  return word.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
}

/** Where a text holds a pattern, in any case, with what stands around it; null when it does not. */
export function findIn(text: string, pattern: string): Extract | null {
  const wanted = new RegExp(pattern.trim().split(/\s+/).map(escaped).join("\\s+"), "giu");
  const shown: string[] = [];
  let found = 0;
  // One by one, and not without end: a page may hold a letter a million times.
  for (const { index, 0: match } of text.matchAll(wanted)) {
    found += 1;
    if (found > MAX_COUNTED) break;
    if (found > MAX_MATCHES) continue;
    const from = Math.max(0, index - REACH);
    const to = Math.min(text.length, index + match.length + REACH);
    shown.push(`…${text.slice(from, to).replaceAll(/\s+/g, " ").trim()}… (at offset ${index})`);
  }
  if (found === 0) return null;
  const count = found > MAX_COUNTED ? `more than ${MAX_COUNTED}` : found;
  const some = found > MAX_MATCHES ? `, of which the first ${MAX_MATCHES} are shown` : "";
  return { text: shown.join("\n"), remark: `Found ${count} time(s)${some}.` };
}
