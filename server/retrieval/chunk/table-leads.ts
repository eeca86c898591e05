/** A longer header says more than the rows under it, and takes their place in a vector. */
const MAX_LEAD_CHARS = 600;

/**
 * Answers with the header of the table that a place stands in the middle of, "" where there is none; for places that come
 * in rising order. A table is a paragraph whose lines have cells parted by `|`, as the readers and Markdown write them.
 */
export function tableLeads(text: string): (place: number) => string {
  let paragraph = 0;
  let looked = 0;
  return (place) => {
    const gap = text.slice(looked, place).lastIndexOf("\n\n");
    if (gap !== -1) paragraph = looked + gap + 2;
    looked = Math.max(looked, place);
    if (place <= paragraph || text[place - 1] !== "\n" || !hasCells(lineAt(text, place))) return "";
    const header = lineAt(text, paragraph);
    return header.length <= MAX_LEAD_CHARS && hasCells(header) ? header : "";
  };
}

/** The line that begins at `place`, its first characters at least. */
function lineAt(text: string, place: number): string {
  const window = text.slice(place, place + MAX_LEAD_CHARS + 1);
  const end = window.indexOf("\n");
  return end === -1 ? window : window.slice(0, end);
}

function hasCells(line: string): boolean {
  return line.includes(" |");
}
